"""Every reference case within reach gives what R, Stata and others printed.

Cases on data that may stand in this repository are here; the others lie beside it, in
``../shared/reference``, and run wherever they are present. None is skipped.
"""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.reference.run import differences, main, reader

HERE = Path(__file__).parent / "data"
BESIDE = Path(__file__).parents[3] / "shared" / "reference"


def cases_of(file: Path, data: Path) -> dict[str, tuple[dict[str, Any], Path]]:
    if not file.exists():
        return {}
    return {case["id"]: (case, data) for case in json.loads(file.read_text("utf-8"))}


CASES = {
    name: case
    for file in ("cases.json", "cases_2.json")
    for name, case in (
        cases_of(HERE / file, HERE) | cases_of(BESIDE / file, BESIDE / "data")
    ).items()
}
DEMANDING = ("A01", "B03", "B05", "F01", "H04", "N01", "N07")


@pytest.mark.parametrize("name", CASES)
def test_the_case_is_met(name: str) -> None:
    case, data = CASES[name]
    assert differences(case, reader(data)) == []


@pytest.mark.parametrize("name", DEMANDING)
def test_the_comparison_notices_a_number_just_outside_the_tolerance(name: str) -> None:
    case, data = copy.deepcopy(CASES[name])
    row = case["expected"][-1]
    key, value = next((key, value) for key, value in row.items() if isinstance(value, float | dict))
    if isinstance(value, dict):
        first = next(iter(value))
        row[key] = {**value, first: value[first] * (1 + 3 * case["rel_tol"])}
    else:
        row[key] = value * (1 + 3 * case["rel_tol"])
    assert len(differences(case, reader(data))) == 1


def test_the_comparison_notices_a_missing_and_a_surplus_domain() -> None:
    case, data = copy.deepcopy(CASES["B01"])
    surplus = {**case, "expected": case["expected"][:2]}
    missing = {**case, "expected": [*case["expected"], {"stype": "X", "api00": 1.0, "se": 1.0}]}
    assert differences(surplus, reader(data)) == ["3 rows instead of 2"]
    assert differences(missing, reader(data))


def test_the_runner_prints_a_line_a_case_and_says_by_its_code_whether_all_passed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, _ = CASES["A04"]
    bad = {**good, "id": "Z99", "data": "nowhere.csv"}
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([good, bad]), "utf-8")
    assert main(str(file), str(HERE)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "passed A04 mean"
    assert lines[1] == "FAILED Z99 mean"
    assert lines[-1] == "1 passed, 1 failed"
    file.write_text(json.dumps([good]), "utf-8")
    assert main(str(file), str(HERE)) == 0
