"""The permanent key of a row of a repeat: no question, no answer (twin: pwa/form/row-keys.ts).

The tablet gives each row a UUID version 7 when it is made, and sends it in the row's object. A key
that is missing, said twice or no UUID is nobody's mistake: such a row is recognised by its content
(docs/adr/0041).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

ROW_KEY: Final = "row.key"
"""The member of a row that holds its key. The dot keeps it apart from every question's name."""
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def sent_keys(rows: Iterable[Mapping[str, Any]]) -> list[str | None]:
    """The key each row was sent with; None where that is none, or another row's before it."""
    # A set beside the list: a garbled record may have a hundred thousand rows.
    taken: set[str] = set()
    found: list[str | None] = []
    for row in rows:
        key = row.get(ROW_KEY)
        if isinstance(key, str) and _UUID.fullmatch(key) and key not in taken:
            taken.add(key)
            found.append(key)
        else:
            found.append(None)
    return found
