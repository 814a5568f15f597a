"""``izdes form export FILE --out F.xml``: a questionnaire as an XForm."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from schemas.authoring.compiler import compile_form
from schemas.forms.row_keys import ROW_KEY
from server.forms.importing import read_xlsform
from server.forms.xform.form import export_xform
from server.forms.xform.words import JR, XF
from server.shell.commands import izdes
from tests.schemas.sheets import definition, q
from tests.vectors.refresh import HERE as VECTORS

SOFT = VECTORS / "sources" / "olagan.md"
REPEATS = VECTORS / "sources" / "konular.md"
CHOICES = VECTORS / "sources" / "secim.md"


def export(source: Path, out: Path) -> Result:
    options = ["--language", "en", "form", "export", str(source), "--out", str(out)]
    return CliRunner().invoke(izdes, options)


def exported(source: Path) -> ET.Element:
    form, _ = compile_form(read_xlsform(source))
    assert form is not None
    return ET.fromstring(export_xform(form))  # noqa: S314  our own


def bind(root: ET.Element, path: str) -> dict[str, str]:
    (found,) = (bind for bind in root.iter(XF + "bind") if bind.get("nodeset") == path)
    return found.attrib


def test_a_form_is_written_as_xml(tmp_path: Path) -> None:
    said = export(REPEATS, tmp_path / "konular.xml")
    assert said.exit_code == 0
    assert "Version 1 of form “konular” is written as an XForm" in said.output
    root = ET.parse(tmp_path / "konular.xml").getroot()  # noqa: S314  our own
    data = root.find(f".//{XF}instance/{XF}data")
    assert data is not None
    assert (data.get("id"), data.get("version")) == ("konular", "1")


def test_a_form_with_errors_is_not_written(tmp_path: Path) -> None:
    broken = tmp_path / "form.md"
    broken.write_text(REPEATS.read_text("utf-8").replace("${adet}", "${yok}"), "utf-8")
    said = export(broken, tmp_path / "form.xml")
    assert said.exit_code == 1
    assert "yok" in said.output
    assert not (tmp_path / "form.xml").exists()


def test_texts_stand_in_both_languages() -> None:
    root = exported(CHOICES)
    texts = {
        translation.get("lang"): "".join(
            translation.find(f"*[@id='/data/ilce:label']/{XF}value").itertext()
        )
        for translation in root.iter(XF + "translation")
    }
    assert texts == {"tr": " ilçesi", "en": "District of "}
    outputs = {output.get("value") for output in root.iter(XF + "output")}
    assert "/data/il" in outputs


def test_rows_are_counted_by_a_node_of_their_own() -> None:
    root = exported(REPEATS)
    assert next(root.iter(XF + "repeat")).get(JR + "count") == "/data/konu.count"
    assert bind(root, "/data/konu.count")["calculate"] == "if(/data/adet >= 1, int(/data/adet), 0)"


def test_every_row_is_given_a_key_once_that_nobody_sees() -> None:
    root = exported(REPEATS)
    path = f"/data/konu/{ROW_KEY}"
    assert bind(root, path)["calculate"] == "once(uuid())"
    assert len(root.findall(f".//{XF}data/{XF}konu/{XF}{ROW_KEY}")) == 1
    assert path not in {element.get("ref") for element in root.iter()}


def test_rows_of_an_anonymous_form_are_given_none() -> None:
    form, _ = compile_form(read_xlsform(REPEATS))
    assert form is not None
    assert ROW_KEY not in export_xform(form.model_copy(update={"anonymous": True}))


def test_a_soft_constraint_asks_for_the_reason() -> None:
    root = exported(SOFT)
    reasons = [bind for bind in root.iter(XF + "bind") if ".confirm" in str(bind.get("nodeset"))]
    assert reasons
    assert all(reason.get("required") == "true()" for reason in reasons)
    asked = {box.get("ref") for box in root.iter(XF + "input")}
    assert {reason.get("nodeset") for reason in reasons} <= asked


@pytest.mark.parametrize(
    ("expression", "xpath"),
    [
        ("${adet} > 2", "/data/adet > 2"),
        ("${adet} != ''", "not(/data/adet = '')"),
        ("10 div ${adet} > 1", "(if(/data/adet = 0, '', 10 div /data/adet)) > 1"),
        ("regex(string(${adet}), '^1|2$')", "'^(1|2)$'"),
        ("date('2026-02-30') < today()", "'' < today()"),
    ],
)
def test_an_expression_is_written_so_that_odk_understands_it_alike(
    expression: str, xpath: str
) -> None:
    form = definition(q("integer", "adet"), q("text", "b", relevant=expression))
    root = ET.fromstring(export_xform(form))  # noqa: S314  our own
    assert xpath in bind(root, "/data/b")["relevant"]
