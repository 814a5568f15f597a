"""Mandates in words, as pages and the terminal write them."""

from schemas.reference.geography import provinces
from schemas.rules.rights import role_book
from schemas.wording import say
from server.accounts.mandates import Mandate
from server.web.formats import day


def spelled(mandate: Mandate, language: str) -> str:
    """The role, and for where."""
    role = role_book().role(mandate.role)
    names = {province.plate: province.name for province in provinces()}
    is_of_provinces = role.scope == "province"
    places = (names[place] if is_of_provinces else place for place in mandate.places)
    return " · ".join(filter(None, (role.name[language], ", ".join(places))))


def spelled_time(mandate: Mandate, language: str) -> str:
    """From when until when."""
    starts_on = day(mandate.starts_on.isoformat(), language)
    if mandate.ends_on is None:
        return say("people.since", language, day=starts_on)
    ends_on = day(mandate.ends_on.isoformat(), language)
    return say("people.from_until", language, first=starts_on, last=ends_on)
