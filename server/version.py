"""Which İZDES this is."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def _version() -> str:
    try:
        return version("izdes")
    except PackageNotFoundError:  # run from a source tree that was not installed
        project = tomllib.loads(
            (Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8")
        )
        return str(project["project"]["version"])


VERSION = _version()
