"""A questionnaire of 500 questions, as an XLSForm: ``python -m benchmarks.big_form FOLDER``.

25 sections of twenty: ratings in a grid, the province and district cascade, numbers with a
rule, several choices with an exclusive one, texts that mention answers, questions that hang on the
section before, calculations over the section and one over all of them, and ten rows of a repeat.
``izdes form publish FOLDER/survey.csv`` puts it on tablets.
"""

import csv
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import schemas
from schemas.authoring.compiler import compile_form
from schemas.forms.definition import FormDefinition
from server.forms.importing import read_xlsform

QUESTIONS: Final = 500
A_SECTION: Final = 20
FORM_ID: Final = "F_buyuk"
LISTS: Final = Path(schemas.__file__).parent / "definitions"
COLUMNS: Final = (
    *("type", "name", "label::Türkçe (tr)", "label::English (en)", "required", "relevant"),
    *("constraint", "constraint_message::Türkçe (tr)", "constraint_message::English (en)"),
    *("choice_filter", "calculation", "repeat_count", "appearance"),
)
RATINGS: Final = tuple(f"p{number}" for number in range(1, 7))

Line = dict[str, str]


def big_form(questions: int = QUESTIONS) -> FormDefinition:
    """The form compiled."""
    with TemporaryDirectory() as folder:
        definition, remarks = compile_form(read_xlsform(write_big_form(Path(folder), questions)))
    assert definition is not None, [remark.said("en") for remark in remarks]
    return definition


def write_big_form(folder: Path, questions: int = QUESTIONS) -> Path:
    """Write the form's sheets into a folder and give the path of its survey."""
    survey = folder / "survey.csv"
    with survey.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(_survey(questions // A_SECTION))
    title = "form_id,version,form_title::Türkçe (tr),form_title::English (en)"
    settings = f"{title}\n{FORM_ID},1,Büyük form,Big form\n"
    (folder / "settings.csv").write_text(settings, "utf-8")
    for lists in LISTS.glob("choices*.csv"):
        shutil.copy(lists, folder)
    return survey


def _survey(sections: int) -> Iterator[Line]:
    for section in range(1, sections + 1):
        yield _said("begin group", f"b{section}", f"{section}. bölüm", f"Section {section}")
        yield from _section(section)
        yield {"type": "end group"}
    means = " + ".join(
        f"coalesce(${{b{section}_ortalama}}, 0)" for section in range(1, sections + 1)
    )
    yield {"type": "calculate", "name": "toplam", "calculation": means}


def _section(section: int) -> Iterator[Line]:
    """Twenty questions; a section is asked about as soon as the one before was begun."""
    own = f"b{section}_"
    before = f"${{b{section - 1}_eh}} = '1' or ${{b{section - 1}_adet}} > 3" if section > 1 else ""
    yield _said("select_one eh", f"{own}eh", "Devam edilsin mi?", "Shall we go on?")
    yield _said("select_one il", f"{own}il", "İl", "Province", appearance="minimal autocomplete")
    yield _said(
        *("select_one ilce", f"{own}ilce", f"${{{own}il}} ilçesi", f"District of ${{{own}il}}"),
        choice_filter=f"il = ${{{own}il}}",
        appearance="minimal autocomplete",
    )
    yield _said("begin group", f"{own}puan", "Puanlama", "Rating", appearance="likert")
    for rating in RATINGS:
        yield _said("select_one memnun5", own + rating, f"Yönü: {rating}", f"Side: {rating}")
    yield {"type": "end group"}
    yield from _numbers(own)
    yield from _rest(own, before)


def _numbers(own: str) -> Iterator[Line]:
    items = [f"if(${{{own}{rating}}} < 6, number(${{{own}{rating}}}), 0)" for rating in RATINGS]
    mean = f"round(({' + '.join(items)}) div {len(RATINGS)}, 2)"
    yield {"type": "calculate", "name": f"{own}ortalama", "calculation": mean}
    yield _said(
        *("integer", f"{own}adet", "Kaç kez?", "How often?"),
        constraint=". >= 0 and . <= 99",
        **_message("0 ile 99 arasında.", "From 0 to 99."),
    )
    yield _said("decimal", f"{own}sure", "Kaç saat?", "How many hours?", constraint=". < 24")
    yield _said("date", f"{own}gun", "Hangi gün?", "Which day?", constraint=". <= today()")


def _rest(own: str, before: str) -> Iterator[Line]:
    yield _said(
        *("select_multiple hizmet", f"{own}hizmet", "Hangi hizmetler?", "Which services?"),
        constraint="not(selected(., 'yok') and count-selected(.) > 1)",
        **_message("“Hiçbiri” tek başına işaretlenir.", "“None” stands alone."),
    )
    yield _said(
        *("select_one hizmet", f"{own}tek", "Hangisi en çok?", "Which most?"),
        relevant=f"count-selected(${{{own}hizmet}}) > 1",
        choice_filter=f"selected(${{{own}hizmet}}, name)",
        required="yes",
    )
    yield _said("text", f"{own}neden", f"${{{own}adet}} kez, neden?", f"${{{own}adet}} times: why?")
    yield _said(
        "text", f"{own}once", "Önceki bölüm nasıldı?", "The section before?", relevant=before
    )
    yield _said("integer", f"{own}kisi", "Kaç kişi?", "How many people?", constraint=". <= 10")
    yield _said(
        *("begin repeat", f"{own}satir", "Kişi", "Person"),
        repeat_count=f"coalesce(${{{own}kisi}}, 0)",
    )
    yield _said("text", f"{own}ad", "Görevi", "Post")
    yield _said("integer", f"{own}yil", "Kaç yıldır?", "For how many years?", constraint=". < 60")
    yield {"type": "end repeat"}


def _said(kind: str, name: str, turkish: str, english: str, **cells: str) -> Line:
    labels = {"label::Türkçe (tr)": turkish, "label::English (en)": english}
    return {"type": kind, "name": name, **labels, **cells}


def _message(turkish: str, english: str) -> Line:
    return {
        "constraint_message::Türkçe (tr)": turkish,
        "constraint_message::English (en)": english,
    }


if __name__ == "__main__":
    print(write_big_form(Path(sys.argv[1])))
