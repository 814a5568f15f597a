"""Mappings of the two real surveys that lie beside the project, where they do."""

from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[4] / "shared" / "real"
SOMERVILLE = FOLDER / "somerville2015.csv"
TORONTO = FOLDER / "toronto_engagement.csv"

CORE = {"X1": "bilgi", "X2": "erisim", "X3": "sonuc", "X4": "adil", "X5": "fiziki"}
"""Somerville's questions as dimensions of one service; X6 stands for the overall verdict."""
AGREEMENT = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree",
             "Strongly agree")  # fmt: skip
TURKISH = ("Kesinlikle katılmıyorum", "Katılmıyorum", "Kararsızım", "Katılıyorum",
           "Kesinlikle katılıyorum")  # fmt: skip
STATEMENTS = {
    "3.1.": ("dikkat", "ilgi", False),
    "3.2.": ("acik", "bilgi", False),
    "3.4.": ("teknik_dil", "erisim", True),
    "3.5.": ("benzer", "adil", False),
    "3.8.": ("gerekce", "sonuc", False),
    "3.9.": ("ilgili", "genel", False),
}
"""Beginning of Toronto's header → question, dimension, and whether agreeing is unfavourable."""


def _text(word: str) -> dict[str, str]:
    return {"tr": word, "en": word}


def somerville() -> dict[str, Any]:
    """Map the Somerville survey; the province it is said to be of is an assumption of the test."""
    scale = [{"code": str(code), "label": _text(str(code))} for code in range(1, 6)]
    happy = [{"code": "0", "label": _text("unhappy")}, {"code": "1", "label": _text("happy")}]
    rated = {
        name.lower(): {"column": name, "scale": "five", "service": "nuf", "dimension": dimension,
                       "core": True}
        for name, dimension in CORE.items()
    }  # fmt: skip
    rated["x6"] = {"column": "X6", "scale": "five", "service": "nuf", "dimension": "genel"}
    return {
        "form": {"id": "somerville", "title": _text("Somerville")},
        "scales": {"five": scale, "happy": happy},
        "questions": {"happy": {"column": "D", "scale": "happy"}, **rated},
        "province": {"constant": "İstanbul"},
    }


def toronto(header: list[str]) -> dict[str, Any]:
    """Map some of the Toronto survey's statements."""
    found = {name: column for column in header for name in STATEMENTS if column.startswith(name)}
    return {
        "form": {"id": "toronto", "title": _text("Toronto")},
        "scales": {
            "katilim5": [
                {"code": str(code), "label": {"tr": tr, "en": en}}
                for code, (tr, en) in enumerate(zip(TURKISH, AGREEMENT, strict=True), start=1)
            ],
            "eh": [{"code": "0", "label": _text("no")}, {"code": "1", "label": _text("yes")}],
        },
        "questions": {
            "survey": {"column": "#7", "scale": "eh"},
            **{
                name: {"column": found[key], "scale": "katilim5", "service": "emn",
                       "dimension": dimension, "core": dimension != "genel", "reversed": turned}
                for key, (name, dimension, turned) in STATEMENTS.items()
            },
        },
        "missing": ["NA"],
        "id": {"column": "Respondent"},
        "province": {"constant": "06"},
    }  # fmt: skip
