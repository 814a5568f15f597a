"""Addresses that forms hand on: only our own are followed."""


def own_path(asked: str | None) -> str:
    """The address to go to, if it is one of ours: a path that no browser reads as a host."""
    if (
        asked
        and asked.startswith("/")
        and asked.isprintable()
        and not asked.startswith(("//", "/\\"))
    ):
        return asked
    return "/"
