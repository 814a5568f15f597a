"""What files of other programs look like, and which of them cannot be read."""

import unicodedata
from pathlib import Path

import pytest

from server.imports.reading import Unreadable, read_file


def written(folder: Path, data: str | bytes) -> Path:
    path = folder / "data.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_excel_in_turkiye(tmp_path: Path) -> None:
    data = 'İl;"Görüş; not"\r\n"Ağrı";"iyi"\r\n'.encode("cp1254")
    source = read_file(written(tmp_path, data))
    assert (source.encoding, source.separator) == ("windows-1254", ";")
    assert source.header == ("İl", "Görüş; not")
    assert list(source.rows()) == [(2, ["Ağrı", "iyi"])]


@pytest.mark.parametrize(("separator"), [",", ";", "\t"])
def test_separators_and_a_mark_of_byte_order(tmp_path: Path, separator: str) -> None:
    data = f'\ufeffa{separator}"b, c"\n1{separator}2\n'
    source = read_file(written(tmp_path, data))
    assert source.encoding == "UTF-8"
    assert source.separator == separator
    assert source.header == ("a", "b, c")


def test_a_single_column(tmp_path: Path) -> None:
    assert list(read_file(written(tmp_path, "a\n1\n2")).rows()) == [(2, ["1"]), (3, ["2"])]


def test_empty_rows_are_passed_over_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    source = read_file(written(tmp_path, "a,b\n\n1,2\n,\n3,4\n"))
    assert [number for number, _ in source.rows()] == [3, 5]


def test_a_cell_may_hold_lines(tmp_path: Path) -> None:
    source = read_file(written(tmp_path, 'a,b\n"1\n2",3\n4,5\n'))
    assert list(source.rows()) == [(2, ["1\n2", "3"]), (3, ["4", "5"])]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04\0\0", "no readable table"),
        ("a,b\n1,2\n".encode("utf-16"), "no readable table"),
        (b"\xff\x81\x8d", "no readable table"),
        (b"a,a\n1,2\n", "the header “a” stands twice (columns 1 and 2)"),
        (b"a,b\n1,2\n3\n", "Row 3: it has 1 cells, the header 2 columns."),
        (b'a,b\n1,2\n3,"4\n5,6\n', "Row 3 could not be read"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        list(read_file(written(tmp_path, data)).rows())
    assert sentence in refused.value.faults[0].said("en")
    assert refused.value.faults[0].said("tr")


@pytest.mark.parametrize(("line", "separator"), [("sep=;", ";"), ("SEP=,", ","), ('"sep=;"', ";")])
def test_a_first_line_that_names_the_separator_is_passed_over(
    tmp_path: Path, line: str, separator: str
) -> None:
    source = read_file(written(tmp_path, f"{line}\r\nil{separator}not\r\n06{separator}a\r\n"))
    assert (source.separator, source.header) == (separator, ("il", "not"))
    assert list(source.rows()) == [(3, ["06", "a"])]


def test_letters_of_a_mac_are_put_together(tmp_path: Path) -> None:
    text = unicodedata.normalize("NFD", "İlçe\nAğrı\n")
    assert text != "İlçe\nAğrı\n"
    source = read_file(written(tmp_path, text))
    assert source.header == ("İlçe",)
    assert list(source.rows()) == [(2, ["Ağrı"])]
