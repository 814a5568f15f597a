"""What a tablet downloads: the app and the citizen form, as brotli sends them."""

import subprocess
import tempfile
from pathlib import Path

from schemas.packing import pack
from server.bundling import build_assets, node
from server.forms.publishing import shipped_forms

BUDGET = 64 * 1024
"""Of the app's script: one second on a slow 3G line (0.5 Mbit/s) for what starts the tablet."""
BUILT_FILES = ("field_js", "field_english_js", "field_css")
BROTLI = """
const zlib = require("node:zlib"), fs = require("node:fs");
for (const path of process.argv.slice(1)) {
  console.log(zlib.brotliCompressSync(fs.readFileSync(path)).length);
}
"""


def main() -> None:
    """Print the sizes."""
    with tempfile.TemporaryDirectory() as folder:
        files = {
            name: Path(folder) / name for name in ("field_js", "field_english_js", "field_css")
        }
        built = Path(folder) / "built"
        manifest = build_assets(built)
        for name, file in files.items():
            file.write_bytes((built / manifest[name]["url"].split("/")[-1]).read_bytes())
        for definition in shipped_forms():
            files[definition.id] = Path(folder) / definition.id
            files[definition.id].write_bytes(pack(definition))
        for (name, file), size in zip(files.items(), _brotli_sizes(files), strict=True):
            share = f", {size / BUDGET:.0%} of the budget" if name == "field_js" else ""
            print(f"{name}: {size:,} bytes with brotli ({file.stat().st_size:,} plain){share}")


def _brotli_sizes(files: dict[str, Path]) -> list[int]:
    command = [node(), "-e", BROTLI, *map(str, files.values())]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return [int(line) for line in run.stdout.split()]


if __name__ == "__main__":
    main()
