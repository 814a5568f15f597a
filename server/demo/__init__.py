"""A demonstration round: simulated officers fill the real form and send it by the real door."""

PASSWORD = "izdes-deneme-2026"  # noqa: S105  printed at every start: these accounts guard nothing
