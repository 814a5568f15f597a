"""Marks on views: who may come in.

A view without a mark answers nobody. What a permission means is decided in accounts/permissions.py.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

ROLES: Final = ("officer", "analyst", "admin")
PUBLIC: Final = "public"


def allow(permission: str) -> Callable[[View], View]:
    """Mark a view: only a signed-in user whose role has ``permission`` may call it."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def allow_public(view: View) -> View:
    """Mark a view: anybody may call it."""
    return allow(PUBLIC)(view)


def permission_of(view: Callable[..., Any] | None) -> str | None:
    """The permission a view was marked with, or nothing if it has no mark."""
    return getattr(view, "permission", None)
