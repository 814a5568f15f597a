"""``izdes estimate``: a request and a table in, rows out."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.shell.commands import izdes

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


def rows_of(folder: Path, data: bytes, **estimate: object) -> list[dict[str, object]]:
    (folder / "records.csv").write_bytes(data)
    request = {"estimate": {"kind": "mean", **estimate}}
    if "w" in data.decode("cp1254").splitlines()[0]:
        request["design"] = {"weights": "w"}
    if "decimal" in estimate:
        request = {**request, "decimal": request["estimate"].pop("decimal")}
    (folder / "request.json").write_text(json.dumps(request), "utf-8")
    code, output = estimated(folder)
    assert code == 0, output
    read: list[dict[str, object]] = json.loads(output)
    return read


SEMICOLONS = b"il;y;w\n06;2,5;1,5\n06;3,5;1\n07;1,5;1\n"


@pytest.mark.parametrize(
    "data",
    [
        SEMICOLONS,
        SEMICOLONS.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + SEMICOLONS,
        b"sep=;\r\n" + SEMICOLONS,
        SEMICOLONS.replace(b";", b"\t"),
        SEMICOLONS + b";;\n",
        b'il,y,w\n06,"2,5","1,5"\n06,"3,5",1\n07,"1,5",1\n',
        b"il,y,w\n06,2.5,1.5\n06,3.5,1\n07,1.5,1\n",
    ],
)
def test_a_table_is_read_however_it_was_saved(folder: Path, data: bytes) -> None:
    (row,) = rows_of(folder, data, y="y")
    assert row["est"] == pytest.approx((2.5 * 1.5 + 3.5 + 1.5) / 3.5)


def test_letters_of_turkish_windows_are_read(folder: Path) -> None:
    data = "h,y\nİç,1\nİç,2\nİç,3\nÇş,4\n".encode("cp1254")
    rows = rows_of(folder, data, y="y", by="h")
    assert {row["h"]: row["est"] for row in rows} == {"İç": 2, "Çş": 4}


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (("1.500", "2,5"), 1502.5),
        (("1.234,5", "1.000"), 2234.5),
        (('"1,234.5"', '"1,000"'), 2234.5),
        (('"1,234,567"', '"1,000"'), 1235567),
        (("0.667", "1.5"), 2.167),
    ],
)
def test_thousands_and_decimals_are_told_apart_by_the_other_cells(
    folder: Path, cells: tuple[str, str], total: float
) -> None:
    data = "a;y\n" + "".join(f"x;{cell}\n" for cell in cells)
    (row,) = rows_of(folder, data.encode(), kind="total", y="y")
    assert row["est"] == pytest.approx(total)


def test_a_column_takes_the_way_of_the_file_where_its_own_cells_do_not_tell(folder: Path) -> None:
    data = b"y;z\n1.500;2,5\n2.500;3,5\n"
    assert rows_of(folder, data, y="y")[0]["est"] == 2000


def test_what_nothing_tells_is_asked_for_and_taken_as_said(folder: Path) -> None:
    data = b'y;z\n"1,500";1\n"2,500";2\n'
    (folder / "records.csv").write_bytes(data)
    (folder / "request.json").write_text('{"estimate": {"kind": "mean", "y": "y"}}', "utf-8")
    code, output = estimated(folder)
    assert code == 1
    assert "1,500" in output
    assert "number_style" in output
    assert rows_of(folder, data, y="z")[0]["est"] == 1.5
    assert rows_of(folder, data, y="y", decimal=",")[0]["est"] == 2
    assert rows_of(folder, data, y="y", decimal=".")[0]["est"] == 2000


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"a;b\n1;2\n1;2;3\n", "Row 3: it has 3 cells"),
        (b"a;a\n1;2\n", "stands twice"),
        (b"", "The file is empty"),
    ],
)
def test_a_file_that_is_no_table_is_said_where(folder: Path, data: bytes, sentence: str) -> None:
    (folder / "records.csv").write_bytes(data)
    code, output = estimated(folder)
    assert code == 1
    assert sentence in output


RECORDS = "village,sex,score,same\n" + "\n".join(
    f"{row % 4},{'fm'[row % 2]},{row},7" for row in range(12)
)


@pytest.mark.parametrize(
    ("design", "asked", "code", "sentences"),
    [
        ({"strata": "village"}, {"kind": "create_jk1_then_mean", "y": "score"}, "jk1_strata",
         ("tabakasız tasarım ister", "a design without strata")),
        ({"strata": "village"}, {"kind": "create_brr_then_mean", "y": "score"}, "half_samples",
         ("her tabakada iki birim ister; 0", "two PSUs, not in stratum 0")),
        ({"psu": "village", "strata": "village", "lonely_psu": "fail"},
         {"kind": "mean", "y": "score"}, "lonely_psu",
         ("yalnız bir birim örneklenmiş", "only one PSU was sampled")),
        ({}, {"kind": "linear_regression", "formula": "score ~ same"}, "columns_dependent",
         ("doğrusal bağlı", "linearly dependent")),
        ({}, {"kind": "logistic_regression", "formula": "score ~ sex"}, "outcome_not_binary",
         ("0 ve 1 olmalıdır", "outcomes of 0 and 1")),
        ({}, {"kind": "cronbach_alpha", "items": ["score"]}, "alpha_items",
         ("en az iki madde", "at least two items")),
        ({}, {"kind": "rake", "margins": {"sex": {"f": 1, "m": 2, "x": 3}}, "then": "mean score"},
         "margin_no_respondent", ("cevaplayan yok: x", "no respondent in category x")),
        ({"weights": 1}, {"kind": "calibrate", "totals": {"score": 1e9}, "bounds": [0.9, 1.1],
         "then": "mean score"}, "no_bounded_weights_meet",
         ("g 0.9 ile 1.1 arasında", "with g from 0.9 to 1.1")),
    ],
)  # fmt: skip
def test_what_a_method_cannot_do_has_a_code_and_both_languages(
    tmp_path: Path, design: object, asked: object, code: str, sentences: tuple[str, str]
) -> None:
    (tmp_path / "records.csv").write_text(RECORDS, "utf-8")
    (tmp_path / "request.json").write_text(json.dumps({"design": design, "estimate": asked}))
    words = ("--data", str(tmp_path / "records.csv"), "--design", str(tmp_path / "request.json"))
    for language, sentence in zip(("tr", "en"), sentences, strict=True):
        result = CliRunner().invoke(izdes, ["--language", language, "estimate", *words])
        assert result.exit_code == 1, result.output
        assert sentence in result.output
        assert f": {code})" in result.output


def test_a_request_that_is_no_json_and_a_table_that_is_not_there_have_codes(folder: Path) -> None:
    request = folder / "request.json"
    request.write_text('{"design": }')
    code, output = estimated(folder)
    assert "row 1, column" in output
    assert "(code: no_json)" in output
    asked = {
        "design": {"area": "village"},
        "estimate": {"kind": "BHF_unit_level", "formula": "score ~ sex", "means": "none.csv"},
    }
    request.write_text(json.dumps(asked))
    code, output = estimated(folder)
    assert code == 1
    assert "none.csv' is not there" in output
    assert "(code: no_file)" in output
