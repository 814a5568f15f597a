"""What a tablet downloads: the app and the citizen form, as brotli sends them."""

import subprocess
import tempfile
from pathlib import Path

from schemas.forms.packing import pack
from server.assets.built_files import BUNDLES, TABLET
from server.assets.bundling import build_assets, node
from server.forms.publishing import shipped_forms

BUDGET = 64 * 1024
"""Of the app's script: one second on a slow 3G line (0.5 Mbit/s) for what starts the tablet."""
START = "field_js"
BROTLI = """
const zlib = require("node:zlib"), fs = require("node:fs");
for (const path of process.argv.slice(1)) {
  console.log(zlib.brotliCompressSync(fs.readFileSync(path)).length);
}
"""


def main() -> None:
    """Print the sizes: of what starts, of every file beside it, and of all that is kept."""
    with tempfile.TemporaryDirectory() as folder:
        files = built(Path(folder) / "built")
        app = len(files)
        for definition in shipped_forms():
            files[definition.id] = Path(folder) / definition.id
            files[definition.id].write_bytes(pack(definition))
        sizes = dict(zip(files, brotli_sizes(files), strict=True))
        for name, size in sizes.items():
            share = f", {size / BUDGET:.0%} of the budget: what starts" if name == START else ""
            plain = files[name].stat().st_size
            print(f"{name}: {size:,} bytes with brotli ({plain:,} plain){share}")
        scripts = sum(size for name, size in sizes.items() if is_script_of(START, name))
        print(f"the script and its parts: {scripts:,} bytes with brotli")
        print(f"scripts and styles: {sum([*sizes.values()][:app]):,} bytes with brotli")


def built(folder: Path) -> dict[str, Path]:
    """Build, and give the tablet's scripts and styles: first what starts."""
    manifest = build_assets(folder)
    scripts = [name for name in TABLET if name in BUNDLES]
    names = [file for name in scripts for file in manifest if is_script_of(name, file)]
    names.sort(key=START.__ne__)
    return {name: folder / manifest[name]["url"].split("/")[-1] for name in names}


def is_script_of(name: str, file: str) -> bool:
    """Tell whether that file is the script or a part of it."""
    return file == name or file.startswith(f"{name}/")


def brotli_sizes(files: dict[str, Path]) -> list[int]:
    """The sizes in the order of the files."""
    command = [node(), "-e", BROTLI, *map(str, files.values())]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return [int(line) for line in run.stdout.split()]


if __name__ == "__main__":
    main()
