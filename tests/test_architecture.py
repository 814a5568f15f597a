"""The house's own rules: who imports whom, what a file is called, how long it may get."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import grimp
import pytest

from schemas.problems import STATUS
from server import BLUEPRINTS, DERIVATIONS, create_app
from server.config import SETTINGS, Config
from server.submissions.derivations import Derivation

ROOT = Path(__file__).parent.parent
PACKAGES = ("schemas", "analysis", "server")
SOURCES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "service"}
LONGEST_FILE = 500
MOST_FILES = 16
MOST_POSITIONAL = 5
# The rooms of pwa/, each with the rooms it may know besides itself and what is generated.
ENGINE_ROOMS = {
    "form": set[str](),
    "store": {"form"},
    "sync": {"store", "form"},
}
SCREEN_ROOMS = {
    "widgets": {"form", "store"},
    "interview": {"form", "store", "widgets"},
    "pages": {"form", "store", "sync", "widgets", "interview"},
    "desk": set[str](),
    "dashboard": {"desk"},
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


def scripts() -> list[Path]:
    return [
        file
        for file in written_by_hand()
        if file.is_relative_to(ROOT / "pwa") and file.suffix in {".ts", ".tsx"}
    ]


def imported_scripts(file: Path, *, at_once: bool = False) -> Iterator[Path]:
    """What a script imports; ``at_once`` without what it brings when it is needed (ADR 0037)."""
    text = file.read_text("utf-8")
    how = r"(?:from|import)\s*" if at_once else r"(?:from|import)\s*\(?"
    for imported in re.findall(how + r"\"(\.\.?/[^\"]+)\"", text):
        yield (file.parent / imported).resolve().relative_to(ROOT)


def test_rooms_of_the_tablet_know_only_the_rooms_below() -> None:
    for folder, below in (ENGINE_ROOMS | SCREEN_ROOMS).items():
        for file in (ROOT / "pwa" / folder).rglob("*.ts*"):
            for target in imported_scripts(file):
                inside = target.parts[0] == "pwa" and len(target.parts) > 2
                assert not inside or target.parts[1] in {folder, "generated"} | below, (
                    file,
                    target,
                )


def test_the_tablets_engine_store_and_sync_know_no_screen() -> None:
    for folder in ENGINE_ROOMS:
        for file in (ROOT / "pwa" / folder).rglob("*.ts*"):
            assert not re.search(r"\bdocument\.|from \"preact", file.read_text("utf-8")), file


def test_no_modules_import_each_other_in_a_circle() -> None:
    for package in PACKAGES:
        graph = grimp.build_graph(package)
        TopologicalSorter(
            {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
        ).prepare()


def test_no_scripts_import_each_other_in_a_circle() -> None:
    sorter = TopologicalSorter(
        {file.relative_to(ROOT): set(imported_scripts(file, at_once=True)) for file in scripts()}
    )
    sorter.prepare()


def test_no_room_holds_more_than_the_eye_takes_in() -> None:
    sources = [file for file in written_by_hand() if file.suffix in {".py", ".ts", ".tsx"}]
    inside = [file for file in sources if file.relative_to(ROOT).parts[0] in {*PACKAGES, "pwa"}]
    beside = Counter(file.parent.relative_to(ROOT).as_posix() for file in inside)
    assert {room: held for room, held in beside.items() if held > MOST_FILES} == {}


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
            positional = [
                posonlyarg.arg for posonlyarg in function.args.posonlyargs + function.args.args
            ]
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


def importers(module: str, *names: str) -> set[str]:
    """Files of the server that import one of these names of a module."""
    wanted = {f"{module}.{name}" for name in names}
    return {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "server").rglob("*.py")
        if "migrations" not in file.parts and wanted & set(imports(file))
    }


def test_stored_texts_are_read_in_one_place() -> None:
    readers = importers("server.submissions.texts", "unpacked", "answers_of", "interview_in")
    # A repeated anonymous record is known by its text alone.
    assert readers == {
        "server/submissions/interviews.py",
        "server/submissions/queries.py",
        "server/sync/anonymous_store.py",
    }
    body = re.compile(r"(SUBMISSIONS|RECORDS)\.c(\.body|\[[^]]*\"body\")")
    selecting = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "server").rglob("*.py")
        if "migrations" not in file.parts and body.search(file.read_text("utf-8"))
    }
    assert selecting == {"server/submissions/interviews.py"}


READS_THE_CALENDAR = re.compile(
    r"\b(datetime|date)\.(now|today|utcnow)\b|\btime\.(time|time_ns|localtime|gmtime|strftime)\("
    r"|\bfrom time import\b.*\btime(_ns)?\b|\bfunc\.(now|current_\w+)\(|CURRENT_(DATE|TIME)"
)


def test_the_calendar_is_read_in_one_place() -> None:
    """So that a test sets it, and a day means the day in Türkiye everywhere (ADR 0043)."""
    reading = {
        file.relative_to(ROOT).as_posix()
        for file in SOURCES
        if "migrations" not in file.parts and READS_THE_CALENDAR.search(file.read_text("utf-8"))
    }
    assert reading == {"server/clock.py"}


def writers(*tables: str) -> set[str]:
    """Files of the server that insert into, change or empty one of these tables."""
    by_value = re.compile(rf"\b(insert|update|delete)\(\s*({'|'.join(tables)})\b")
    names = "|".join(table.lower() for table in tables)
    by_text = re.compile(rf"(INSERT INTO|UPDATE|DELETE FROM)\s+({names})\b")
    return {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "server").rglob("*.py")
        if "migrations" not in file.parts
        and (by_value.search(text := file.read_text("utf-8")) or by_text.search(text))
    }


def test_records_are_stored_in_one_place() -> None:
    """So that nothing that follows from a record (ADR 0039) can be passed over."""
    storing = {"server/submissions/storing.py"}
    assert writers("SUBMISSIONS", "QUARANTINE", "NAMED_ATTACHMENTS") == storing
    assert writers("ANONYMOUS_RECORDS") == {"server/sync/anonymous_store.py"}
    classes = ("Submission", "QuarantinedSubmission", "NamedAttachment", "AnonymousRecord")
    assert importers("server.submissions.models", *classes) == set()
    renaming = re.compile(r"\b(SUBMISSIONS|QUARANTINE|ANONYMOUS_RECORDS) as ")
    for file in (ROOT / "server").rglob("*.py"):
        assert not renaming.search(file.read_text("utf-8")), file


def test_what_follows_from_records_is_registered_and_nobody_else_knows_it() -> None:
    known = {module.replace(".", "/") + ".py" for module in DERIVATIONS}
    deriving = importers("server.submissions.derivations", "Derivation")
    assert deriving == known | {"server/submissions/deriving.py"}
    for module in DERIVATIONS:
        assert isinstance(import_module(module).derivation, Derivation)
        assert [file for file in SOURCES if module in set(imports(file))] == []


ROOMS_OF_FIGURES = (
    *("observations", "releases", "indices", "indicators", "quality"),
    *("comparisons", "drivers", "dashboards", "exports"),
)
LOOKING = {
    "refresh", "sources_of", "round_state", "totals_of", "view_of", "current_view",
    "views_of_both", "index_table", "indicator_figures", "comparison", "table_state",
}  # fmt: skip
"""Functions that look at the records as they are at this moment, each anew."""


def calls(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", None) or getattr(node.func, "id", "")


def test_a_door_looks_at_the_records_once_and_hands_on_what_it_saw() -> None:
    """Two looks are two moments, and a page made of both tells what neither would (ADR 0040)."""
    for room in ROOMS_OF_FIGURES:
        for file in (ROOT / "server" / room).rglob("*.py"):
            for function in functions(file):
                looks = [name for name in calls(function) if name in LOOKING]
                names = {argument.arg for argument in function.args.args}
                # Waiting for its turn to take in what is new, one looks again; a page is of one
                # round or of two at one moment; a tag is made before anything is shown.
                if function.name not in {"refresh", "views_of_both", "_looked_at", "state"}:
                    assert len(looks) <= 1, (file, function.name, looks)
                if names & {"view", "views", "state"}:
                    assert not looks, (file, function.name, looks)


def test_figures_are_made_in_their_rooms_and_nowhere_else() -> None:
    makers = {
        "server.observations.observations.refresh": {
            "observations/sources", "quality/signs", "quality/reliability",
        },
        "server.observations.sources.sources_of": {"observations/round_totals"},
        "server.observations.round_totals.round_state": {"indices/tables"},
        "server.observations.round_totals.state_without": {"quality/queries"},
        "server.observations.round_totals.totals_of": {"indices/weights"},
        "server.observations.round_totals.opened": {
            "indices/importance", "indicators/queries", "comparisons/sensitivity",
        },
        "server.indices.tables.view_of": {"quality/queries"},
        "server.indices.index_releases.index_release": {"indices/tables", "quality/queries"},
        "server.indices.figures.printed_figures": {"indices/index_releases"},
        "server.releases.releases.write_release": {
            "indices/index_releases", "indicators/releases",
        },
        "analysis.figures.satisfaction.service_figures": {"indices/figures"},
        "analysis.figures.satisfaction.composite_figures": {"indices/figures"},
        "analysis.figures.modelled_figures.cell_models": {"indices/index_release"},
        "analysis.weighting.design_weights.poststratified": {"observations/round_totals"},
    }  # fmt: skip
    for maker, allowed in makers.items():
        module, _, name = maker.rpartition(".")
        assert importers(module, name) == {f"server/{file}.py" for file in allowed}, maker


def test_what_takes_long_is_kept_in_one_way() -> None:
    """Each had a lock and a queue of its own, and two of them held everybody up."""
    for room in ROOMS_OF_FIGURES:
        for file in (ROOT / "server" / room).rglob("*.py"):
            own = {"threading", "collections.OrderedDict", "functools.lru_cache"}
            assert not own & set(imports(file)), file


def test_published_forms_are_unpacked_in_one_place() -> None:
    """Publishing compares texts before they are published."""
    unpacking = importers("schemas.forms.packing", "unpack")
    assert unpacking == {"server/forms/queries.py", "server/forms/publishing.py"}


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


def test_the_map_of_the_house_names_only_rooms_there_are() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = re.findall(r"`((?:schemas|analysis|server|pwa|tests)/[\w/{},.-]*)`", text)
    assert len(named) > 50
    for name in named:
        head, _, rest = name.partition("{")
        names, _, tail = rest.partition("}")
        for part in names.split(","):
            path = ROOT / (head + part + tail)
            there = path.exists() or any(path.parent.glob(f"{path.name}.*"))
            assert there, head + part + tail


SCOPED_TABLES = frozenset(
    {
        "SUBMISSIONS", "ANONYMOUS_RECORDS", "SETTLEMENTS", "QUARANTINE", "NAMED_ATTACHMENTS",
        "ATTACHMENTS", "VISITS", "VISIT_OFFICERS",
    }
)  # fmt: skip
FOR_EVERYBODY = {
    "submissions": "owns the tables: its selections are narrowed by who asks",
    "sync": "takes in what officers send",
    "imports": "a command of the shell",
    "observations": "counts for the whole country, behind the gate",
    "indicators": "counts for the whole country, behind the gate",
    "comparisons": "counts for the whole country, behind the gate",
    "rounds": "plans for the whole country; visits_within narrows",
    "catalogue": "visits of one officer, and what is open in their units",
    "migrations": "moves whole tables",
}
"""Rooms whose queries ask for no scope, and why that is right."""
NEED_NO_SCOPE = {
    ("server/attachments/operations.py", "missing"),  # whether a file is here at all
    ("server/attachments/operations.py", "state_of"),  # one's own file on its way
    ("server/attachments/operations.py", "receive_piece"),
}


def test_every_query_on_scoped_rows_takes_a_scope() -> None:
    """Whoever adds a room that answers people cannot forget: its public functions take one."""
    forgotten = set()
    for file in sorted((ROOT / "server").rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        if name.split("/")[1] in FOR_EVERYBODY:
            continue
        functions = {
            node.name: node
            for node in ast.parse(file.read_text("utf-8")).body
            if isinstance(node, ast.FunctionDef)
        }
        touching = reaching(functions, SCOPED_TABLES)
        forgotten |= {
            (name, function)
            for function in touching
            if not function.startswith("_") and not takes_scope(functions[function])
        }
    assert forgotten == NEED_NO_SCOPE


def reaching(functions: dict[str, ast.FunctionDef], wanted: frozenset[str]) -> set[str]:
    """Functions that name one of these, themselves or through functions of the same file."""
    named = {
        name: {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        for name, function in functions.items()
    }
    found: set[str] = set()
    while more := {name for name in functions if named[name] & (wanted | found)} - found:
        found |= more
    return found


def takes_scope(function: ast.FunctionDef) -> bool:
    arguments = (*function.args.args, *function.args.kwonlyargs)
    return any(argument.arg == "scope" for argument in arguments)
