"""Which İZDES this is."""

from importlib.metadata import PackageNotFoundError, version


def _version() -> str:
    try:
        return version("izdes")
    except PackageNotFoundError:  # run from a source tree that was not installed
        return "0+source"


VERSION = _version()
