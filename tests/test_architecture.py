"""The house's own rules: who imports whom, what a file is called, how long it may get."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.problems import STATUS
from server import BLUEPRINTS, create_app
from server.config import SETTINGS, Config

ROOT = Path(__file__).parent.parent
PACKAGES = ("schemas", "analysis", "server")
SOURCES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
CAPABILITIES = {file.parent.name for file in (ROOT / "server").glob("*/__init__.py")} - {
    "migrations"
}
WIRING = {"__init__.py", "commands.py", "terminal.py"}
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "service"}
LONGEST_FILE = 500
MOST_POSITIONAL = 5
TABLET_LAYERS = {
    "form": {"form", "generated"},
    "store": {"store", "form", "generated"},
    "sync": {"sync", "store", "form", "generated"},
}


def written_by_hand() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.ts", "*.tsx", "*.css", "*.html"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [
        ROOT / name
        for name in listed.stdout.split()
        if not name.startswith("pwa/generated/") and (ROOT / name).exists()
    ]


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_the_import_contracts_hold() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout


def test_shared_files_of_the_server_know_no_capability() -> None:
    for file in (ROOT / "server").glob("*.py"):
        if file.name not in WIRING:
            known = {name.split(".")[1] for name in imports(file) if name.startswith("server.")}
            assert not known & CAPABILITIES, file.name


def test_every_capability_with_routes_is_wired() -> None:
    for file in (ROOT / "server").glob("*/routes.py"):
        assert f"server.{file.parent.name}.routes" in BLUEPRINTS


def test_schemas_touch_nothing_outside_their_own_data() -> None:
    forbidden = {"os", "socket", "subprocess", "sqlite3", "urllib.request", "http", "shutil"}
    writing = {"write_text", "write_bytes", "mkdir", "unlink", "rename"}
    for file in (ROOT / "schemas").rglob("*.py"):
        assert not {name.partition(".")[0] for name in imports(file)} & forbidden, file.name
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
                assert called not in writing, (file.name, node.lineno)
        text = file.read_text("utf-8")
        if "read_text" in text or "open(" in text:
            assert "__file__" in text or " FOLDER" in text, file.name
            assert not re.search(r"open\([^)]*[\"'][wax]", text), file.name


def test_the_tablets_engine_store_and_sync_know_no_screen() -> None:
    for folder, allowed in TABLET_LAYERS.items():
        for file in (ROOT / "pwa" / folder).rglob("*.ts*"):
            text = file.read_text("utf-8")
            assert not re.search(r"\bdocument\.|from \"preact", text), file
            for imported in re.findall(r"from \"(\.\.?/[^\"]+)\"", text):
                target = (file.parent / imported).resolve().relative_to(ROOT)
                inside = target.parts[0] == "pwa" and len(target.parts) > 2
                assert not inside or target.parts[1] in allowed, (file, imported)


def test_what_changes_by_itself_is_watched_and_never_only_listened_to() -> None:
    """State that is read while drawing and listened to later misses what happens in between."""
    watched = re.compile(
        r"use(State|Reducer)\((?:[^()]|\([^()]*\))*(navigator|matchMedia|\.now\b|\.revision)"
    )
    for file in (ROOT / "pwa").rglob("*.ts*"):
        if {"built", "generated"} & set(file.parts):
            continue
        text = file.read_text("utf-8")
        subscribes = re.search(r"\.subscribe\(", text)
        assert not subscribes or file.name == "saving.ts", (file, "useWatched")
        assert not watched.search(text), (file, "useWatched")


def test_no_file_is_named_for_its_kind() -> None:
    for file in written_by_hand():
        if file.suffix not in {".py", ".ts", ".tsx"}:
            continue
        parts = {*file.relative_to(ROOT).parts[:-1], file.name.partition(".")[0]}
        assert not {part.lower() for part in parts} & BANNED, file


def test_no_file_is_longer_than_a_sitting() -> None:
    for file in written_by_hand():
        length = len(file.read_text("utf-8").splitlines())
        assert length <= LONGEST_FILE, (file, length)


def test_no_function_takes_many_things_in_a_row() -> None:
    for file in SOURCES:
        for function in functions(file):
            positional = [each.arg for each in function.args.posonlyargs + function.args.args]
            counted = [name for name in positional if name not in {"self", "cls"}]
            assert len(counted) <= MOST_POSITIONAL, (file, function.name)


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    code = "".join(file.read_text("utf-8") for file in SOURCES if file.name != "config.py")
    code += (ROOT / "server" / "config.py").read_text("utf-8").partition("class Config")[2]
    assert set(re.findall(r"(?<!_)IZDES_[A-Z_]+", code)) == set(SETTINGS)
    for language in ("tr", "en"):
        pages = (ROOT / "docs" / "guide" / language).rglob("*.md")
        guide = "".join(page.read_text("utf-8") for page in pages)
        for setting in SETTINGS:
            assert f"`{setting}`" in guide, (language, setting)


def test_every_problem_code_is_known_and_used() -> None:
    code = "\n".join(file.read_text("utf-8") for file in SOURCES if file.name != "problems.py")
    raised = set(re.findall(r"\bProblem\(\s*\"(\w+)\"", code))
    assert raised <= set(STATUS)
    unused = {name for name in STATUS if f'"{name}"' not in code}
    assert unused == set()


def test_what_a_method_cannot_do_has_a_code() -> None:
    methods = [file for file in SOURCES if file.is_relative_to(ROOT / "analysis")]
    said = {
        str(file.relative_to(ROOT)): found
        for file in methods
        if (found := re.findall(r"raise (?:Value|Type|Key)Error\b", file.read_text("utf-8")))
    }
    assert said == {}


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("addresses")
    app = create_app(Config(data_dir=folder, database_url=f"sqlite:///{folder / 'a.sqlite3'}"))
    rules = [rule.rule for rule in app.url_map.iter_rules()]
    app.extensions["izdes.database"].close()
    return rules


def test_addresses_are_written_in_kebab_case(addresses: list[str]) -> None:
    for address in addresses:
        fixed = re.sub(r"<[^>]+>", "", address)
        assert re.fullmatch(r"[a-z0-9/.-]*", fixed), address


def test_stored_texts_are_read_in_one_place() -> None:
    readers = [
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "server").rglob("*.py")
        if "migrations" not in file.parts and "zlib.decompress" in file.read_text("utf-8")
    ]
    assert readers == ["server/sync/texts.py"]


def test_templates_carry_no_script_and_no_style_of_their_own() -> None:
    for file in (ROOT / "server" / "templates").rglob("*.html"):
        text = file.read_text("utf-8")
        assert not re.search(r"\son[a-z]+=|\sstyle=|<style|javascript:", text), file
        for script in re.findall(r"<script\b[^>]*>", text):
            assert "src=" in script or 'type="application/json"' in script, file
        assert "|safe" not in re.sub(r"\s", "", text), file


def test_nothing_is_fetched_from_elsewhere() -> None:
    foreign = re.compile(r"https?://(?!localhost|127\.0\.0\.1|www\.w3\.org/)[\w.-]+")
    for file in written_by_hand():
        name = file.relative_to(ROOT).as_posix()
        if name.startswith(("pwa/", "server/templates/")):
            assert not foreign.search(file.read_text("utf-8")), name
