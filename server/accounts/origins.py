"""Where somebody signs in from: the browser, known by a cookie of its own, and the address."""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from server import clock
from server.accounts.models import KNOWN_ORIGINS

KNOWN_FOR = timedelta(days=180)
"""So long after the last sign-in from there; a tablet may lie in a drawer for a season."""
NETWORK_BITS: Final = 64
"""One subscriber's share of IPv6; whoever has one address of it has all of them."""


@dataclass(frozen=True)
class Origin:
    """A browser (by the token of its cookie, or none) at an address."""

    address: str
    browser: str | None

    @property
    def network(self) -> str:
        """The address as it is counted: of IPv6 the network."""
        try:
            address = ipaddress.ip_address(self.address)
        except ValueError:
            return f"address:{self.address}"[:128]
        if address.version == 4:  # noqa: PLR2004
            return f"address:{address}"
        return f"address:{ipaddress.ip_network((address, NETWORK_BITS), strict=False)}"

    @property
    def browser_key(self) -> str | None:
        """The browser as the database knows it."""
        if not self.browser:
            return None
        return f"browser:{hashlib.sha256(self.browser.encode()).hexdigest()}"


def known_origins(connection: Connection, user_id: int, origin: Origin) -> frozenset[str]:
    """What of an origin the user has signed in from before: the browser, the address."""
    known = KNOWN_ORIGINS.c
    asked = [key for key in (origin.network, origin.browser_key) if key]
    since = clock.now() - KNOWN_FOR
    return frozenset(
        connection.scalars(
            select(known.origin).where(
                known.user_id == user_id, known.origin.in_(asked), known.last_used_at >= since
            )
        )
    )


def remember_origin(connection: Connection, user_id: int, origin: Origin) -> None:
    """Know the browser and the address from now on, and forget what was long unused."""
    known, now = KNOWN_ORIGINS.c, clock.now()
    keys = [key for key in (origin.network, origin.browser_key) if key]
    theirs = known.user_id == user_id
    old = known.origin.in_(keys) | (known.last_used_at < now - KNOWN_FOR)
    connection.execute(delete(KNOWN_ORIGINS).where(theirs, old))
    connection.execute(
        insert(KNOWN_ORIGINS),
        [{"user_id": user_id, "origin": key, "last_used_at": now} for key in keys],
    )


def forget_origins(connection: Connection, user_id: int) -> None:
    """Know no origin of a user any more."""
    connection.execute(delete(KNOWN_ORIGINS).where(KNOWN_ORIGINS.c.user_id == user_id))
