"""Marks on views: who may come in.

A view without a mark answers nobody. Who has a permission stands in schemas/reference/roles.json,
and server/accounts/permissions.py asks.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"


def allow(*permissions: str) -> Callable[[View], View]:
    """Mark a view: only who has one of ``permissions`` (``object.right``) may call it."""

    def mark(view: View) -> View:
        view.permissions = permissions  # type: ignore[attr-defined]
        return view

    return mark


def allow_public(view: View) -> View:
    """Mark a view: anybody may call it."""
    return allow(PUBLIC)(view)


def allow_signed_in(view: View) -> View:
    """Mark a view: everybody with an account may call it, for what is their own."""
    return allow(SIGNED_IN)(view)


def permissions_of(view: Callable[..., Any] | None) -> tuple[str, ...]:
    """The permissions a view was marked with, in the order they are looked for."""
    return getattr(view, "permissions", ())
