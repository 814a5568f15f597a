"""``izdes estimate``: a request and a table in, rows out."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.commands import izdes

REQUEST = {
    "id": "ignored",
    "design": {"psu": "village", "weights": 2},
    "estimate": {"kind": "mean", "y": "score", "by": "sex"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    records = ["village,sex,score"]
    records += [f"{row % 4},{'fm'[row % 2]},{row}" for row in range(12)]
    (tmp_path / "records.csv").write_text("\n".join(records), "utf-8")
    (tmp_path / "request.json").write_text(json.dumps(REQUEST), "utf-8")
    return tmp_path


def estimated(folder: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        izdes,
        ["--language", "en", "estimate", "--data", str(folder / "records.csv"),
         "--design", str(folder / "request.json"), *options],
    )  # fmt: skip
    return result.exit_code, result.output


def test_rows_are_written_to_a_file(folder: Path) -> None:
    code, _ = estimated(folder, "--out", str(folder / "rows.json"))
    rows = json.loads((folder / "rows.json").read_bytes())
    assert code == 0
    assert [(row["sex"], row["score"], row["n"]) for row in rows] == [("f", 5, 6), ("m", 6, 6)]


def test_rows_are_printed_without_a_file(folder: Path) -> None:
    code, output = estimated(folder)
    assert code == 0
    assert json.loads(output)[0]["est"] == 5


@pytest.mark.parametrize(
    ("request_text", "sentence"),
    [
        ('{"estimate": {"kind": "mean", "y": "scores"}}', "no column 'scores'. Did you mean"),
        (
            '{"estimate": {"kind": "medium"}}',
            "No estimate of kind 'medium' is known. (code: unknown_kind)",
        ),
        ('{"design": {"stratum": "x"}, "estimate": {"kind": "mean"}}', "unknown entry 'stratum'"),
        ("[]", "This cannot be estimated"),
        ("{", "This cannot be estimated"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_sentence(
    folder: Path, request_text: str, sentence: str
) -> None:
    (folder / "request.json").write_text(request_text, "utf-8")
    code, output = estimated(folder)
    assert code == 1
    assert sentence in output
    assert "Traceback" not in output
