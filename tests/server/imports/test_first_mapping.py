"""``izdes import --draft``: a mapping to start from, which is taken where its guesses are right."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.server.imports.shell import Shell
from tests.server.imports.surveys import SOMERVILLE, TORONTO

SURVEY = """Kayıt No;İl;Ağırlık;Görüşme tarihi;Genel memnuniyet;Puan;Yaş;Gelir;Hizmet;Öneri
K1;Ankara;1,5;25/11/2026;Memnunum;4;34;1.500,5;Polis;daha hızlı
K2;Ağrı;2;03/11/2026;çok memnunum;5;51;2.000;Tapu;yok
K3;Van;0,5;04/11/2026;NA;1;NA;950;Polis;
K4;Ankara;1;05/11/2026;Hiç memnun değilim;2;19;1.250,25;Tapu;bir şey daha
"""


def drafted(shell: Shell, file: Path) -> dict[str, Any]:
    return dict(json.loads(shell.done("import", "--draft", file)))


def test_headers_values_roles_and_scales_are_guessed(shell: Shell) -> None:
    draft = drafted(shell, shell.file("anket.csv", SURVEY))
    roles = {role: draft[role]["column"] for role in ("id", "province", "weight", "date")}
    assert roles == {"id": "Kayıt No", "province": "İl", "weight": "Ağırlık",
                     "date": "Görüşme tarihi"}  # fmt: skip
    asked = draft["questions"]
    assert {name: each.get("type") or each["scale"] for name, each in asked.items()} == {
        "genel_memnuniyet": "memnuniyet", "puan": "olcek", "yas": "integer", "gelir": "decimal",
        "hizmet": "secenek", "oneri": "text",
    }  # fmt: skip
    assert "Polis (2)" in asked["hizmet"]["found"]
    assert [each["code"] for each in draft["scales"]["olcek"]] == ["1", "2", "3", "4", "5"]
    assert draft["scales"]["memnuniyet"][4]["label"]["tr"] == "Çok memnunum"
    assert (asked["puan"]["service"], draft["missing"]) == (None, ["NA"])


@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_draft_is_taken_as_it_stands(shell: Shell, language: str) -> None:
    file = shell.file("anket.csv", SURVEY)
    mapped = shell.file("m.json", shell.done("import", "--draft", file, language=language))
    said = shell.done("import", "R", file, "--mapping", mapped, "--dry-run")
    assert "Every value was understood." in said
    assert "not taken" not in said
    assert shell.count("submissions") == 0
    shell.done("import", "R", file, "--mapping", mapped)
    assert shell.count("visits WHERE province = '04'") == 1


def test_what_cannot_be_asked_for_is_named(shell: Shell) -> None:
    for words in ([], ["R"], ["R", "--draft", shell.file("a.csv", "a\n1\n")]):
        assert "Give a round and a file" in shell.refused("import", *words)


@pytest.mark.skipif(not SOMERVILLE.exists(), reason="the surveys are no part of the project")
@pytest.mark.parametrize(("file", "rating"), [(SOMERVILLE, "X3"), (TORONTO, "3.9.")])
def test_a_draft_of_a_real_survey_is_taken(shell: Shell, file: Path, rating: str) -> None:
    draft = drafted(shell, file)
    (rated,) = [
        question
        for question in draft["questions"].values()
        if question["column"].startswith(rating)
    ]
    labels = draft["scales"][rated["scale"]]
    assert [label["code"] for label in labels] == ["1", "2", "3", "4", "5"]
    draft["province"] = {"constant": "34"}
    said = shell.done("import", "R", file, "--mapping", shell.file("m.json", draft), "--dry-run")
    assert "Every value was understood." in said
    assert "not taken" not in said
