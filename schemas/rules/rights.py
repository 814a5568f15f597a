"""Roles, what each may do, and how far: ``schemas/reference/roles.json``.

What is not written there nobody may do. A permission is spelled ``object.right``.
"""

from functools import cache
from typing import Final, Literal, get_args

from pydantic import model_validator

from schemas.reference.files import FOLDER
from schemas.wire import Text, Wire

Breadth = Literal["own", "team", "province", "organisation", "board", "all"]
"""How far a right reaches: own rows, those of one's teams, provinces, organisations, or all."""

BREADTHS: Final[tuple[Breadth, ...]] = get_args(Breadth)
OF_PLACES: Final = frozenset({"team", "province", "organisation"})
"""Breadths that a mandate has to name something for: which team, which provinces."""


class Named(Wire):
    """A word and what it is called."""

    code: str
    name: Text


class Rule(Wire):
    """What holds beside the matrix; the code that keeps it names the rule."""

    code: str
    text: Text


class Role(Named):
    """What somebody is in İZDES; ``scope`` says how far the role looks."""

    scope: Breadth
    about: Text
    may_be_external: bool
    second_factor: bool


class Rights(Wire):
    """A line of the matrix: the rights in one kind of object, by role, each with its breadth."""

    object: str
    name: Text
    note: Text | None = None
    grants: dict[str, dict[str, Breadth]]


class RoleBook(Wire):
    """Everything the file says."""

    version: str
    about: Text
    scopes: tuple[Named, ...]
    rights: tuple[Named, ...]
    rules: tuple[Rule, ...]
    roles: tuple[Role, ...]
    matrix: tuple[Rights, ...]

    @model_validator(mode="after")
    def _hangs_together(self) -> "RoleBook":
        scope_of = {role.code: role.scope for role in self.roles}
        for line in self.matrix:
            for role, rights in line.grants.items():
                for right, breadth in rights.items():
                    if breadth not in ("own", "all", scope_of[role]):
                        raise ValueError(f"{role}: {line.object}.{right} cannot reach {breadth}")
        return self

    def role(self, code: str) -> Role:
        """The role of this code."""
        return next(role for role in self.roles if role.code == code)


SYSTEM: Final = "system"
"""The role of the program itself: nobody signs in with it."""


@cache
def role_book() -> RoleBook:
    """Read the roles and the matrix."""
    return RoleBook.model_validate_json((FOLDER / "roles.json").read_bytes())


@cache
def roles() -> tuple[str, ...]:
    """The roles that people can have, in the order of the file."""
    return tuple(role.code for role in role_book().roles if role.code != SYSTEM)


@cache
def permissions() -> frozenset[str]:
    """Every permission that somebody has."""
    return frozenset(permission for _, permission in _breadths())


def breadth_of(role: str, permission: str) -> Breadth | None:
    """How far this role has the permission; None: not at all."""
    return _breadths().get((role, permission))


@cache
def _breadths() -> dict[tuple[str, str], Breadth]:
    return {
        (role, f"{line.object}.{right}"): breadth
        for line in role_book().matrix
        for role, rights in line.grants.items()
        for right, breadth in rights.items()
    }
