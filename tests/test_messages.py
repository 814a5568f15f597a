"""Every sentence exists in every language, is used, and nothing unsaid is asked for."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from schemas.wording import FOLDER, LANGUAGES, catalogue

ROOT = Path(__file__).parent.parent
ROOMS = sorted(file.stem for file in FOLDER.glob("*.json"))
TEMPLATES = sorted((ROOT / "server" / "templates").rglob("*.html"))
PYTHON = sorted(
    file for package in ("schemas", "analysis", "server") for file in (ROOT / package).rglob("*.py")
)
SCRIPTS = sorted(
    file for file in (ROOT / "pwa").rglob("*.ts*") if not {"built", "generated"} & set(file.parts)
)
TABLET_ROOMS = re.findall(r"messages/(\w+)\.json", (ROOT / "pwa" / "texts.ts").read_text("utf-8"))


def places(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def words_of_python(file: Path) -> Iterator[str]:
    """Every string of a module; what is filled into an f-string becomes a star."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def words_of_template(file: Path) -> Iterator[str]:
    """What a template says; what is joined on by ~ becomes a star."""
    text = file.read_text("utf-8")
    for word, joined in re.findall(r"[\"']([a-z_]+\.[a-z0-9_]*)[\"']( ~)?", text):
        yield f"{word}*" if joined else word
    yield from re.findall(r"\b[a-z_]+\b", text)


def words_of_script(file: Path) -> Iterator[str]:
    """Every word of a script; what is filled into a template string becomes a star."""
    text = file.read_text("utf-8")
    yield from re.findall(r"\b[a-z][a-z0-9_]*\b", text)
    for filled in re.findall(r"`([^`]*\$\{[^`]*)`", text):
        yield re.sub(r"\$\{[^}]*\}", "*", filled)


def asked_of_python(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
            key = node.args[0]
            is_key = isinstance(key, ast.Constant) and "." in str(key.value)
            if name in {"say", "text", "print_text"} and is_key:
                yield str(key.value)


def asked_of_template(file: Path) -> Iterator[str]:
    yield from re.findall(r"\btext\(\s*[\"']([\w.]+)[\"']\s*[,)]", file.read_text("utf-8"))


@pytest.fixture(scope="module")
def said() -> set[str]:
    server = {word for file in PYTHON for word in words_of_python(file)}
    server |= {word for file in TEMPLATES for word in words_of_template(file)}
    tablet = {word for file in SCRIPTS for word in words_of_script(file)}
    return server | {f"{room}.{word}" for room in TABLET_ROOMS for word in tablet}


@pytest.mark.parametrize("room", ROOMS)
def test_a_sentence_is_complete_and_asks_for_the_same_in_every_language(room: str) -> None:
    for key, text in json.loads((FOLDER / f"{room}.json").read_text("utf-8")).items():
        assert tuple(text) == LANGUAGES, key
        assert bool(text["tr"].strip()) == bool(text["en"].strip()), key
        assert places(text["tr"]) == places(text["en"]), key


@pytest.mark.parametrize("room", ROOMS)
def test_a_key_stands_once_in_its_room(room: str) -> None:
    def refuse_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), keys
        return dict(pairs)

    json.loads((FOLDER / f"{room}.json").read_text("utf-8"), object_pairs_hook=refuse_repeats)


def test_no_two_rooms_of_the_tablet_share_a_key() -> None:
    keys = [
        key for room in TABLET_ROOMS for key in json.loads((FOLDER / f"{room}.json").read_text())
    ]
    assert sorted(set(keys)) == sorted(keys)


# Those of click are found by their English, those of options by the options' names; see
# tests/server/shell/test_commands.py.
@pytest.mark.parametrize("room", [room for room in ROOMS if room not in {"click", "options"}])
def test_every_sentence_is_said_somewhere(room: str, said: set[str]) -> None:
    keys = [key for key in catalogue() if key.startswith(f"{room}.")]
    assert [key for key in keys if not is_said(key, room, said)] == []


def is_said(key: str, room: str, said: set[str]) -> bool:
    if key in said:
        return True
    patterns = {word for word in said if "*" in word and word.startswith(f"{room}.")}
    # Where any key of a room may be said, its own name must at least stand somewhere.
    if f"{room}.*" in patterns and key.removeprefix(f"{room}.") in said:
        return True
    return any(
        re.fullmatch(re.escape(pattern).replace(r"\*", ".+"), key)
        for pattern in patterns - {f"{room}.*"}
    )


def test_nothing_unsaid_is_asked_for() -> None:
    asked = {key for file in PYTHON for key in asked_of_python(file)}
    asked |= {key for file in TEMPLATES for key in asked_of_template(file)}
    assert len(asked) > 50
    assert asked - catalogue().keys() == set()
