"""The reliability of a round on a terminal: for people, or as JSON."""

from collections.abc import Iterator
from dataclasses import asdict

from analysis.disclosure.rules import released_count
from schemas.reference.geography import province
from schemas.reference.services import dimensions, service
from schemas.rules.thresholds import thresholds
from schemas.wording import say
from server.quality.reliability import Battery, Reliability
from server.terminal import tables
from server.web.formats import decimal, people, percent

SHOWN = 3
"""Eigenvalues: whether the first stands alone is what one looks for."""


def as_json(found: Reliability, _language: str) -> Iterator[str]:
    """Write one JSON object."""
    yield tables.as_json(
        {
            "round": found.round,
            "batteries": [_as_object(battery) for battery in found.batteries],
            "too_few": found.too_few,
            "unmeasured": found.unmeasured,
            "interviewers": {
                name: asdict(interviewer) | {"n": _told(interviewer.n)}
                for name, interviewer in found.interviewers.items()
            },
        }
    )


def as_text(found: Reliability, language: str) -> Iterator[str]:
    """Write a paragraph a battery, then the interviewers' effect by province."""
    for battery in found.batteries:
        yield from _paragraph(battery, language)
    for name in ("too_few", "unmeasured"):
        if codes := getattr(found, name):
            names = ", ".join(service(code).name[language] for code in codes)
            yield say(f"quality.battery_{name}", language, services=names)
    yield ""
    if not found.interviewers:
        yield say("quality.effect_none", language)
        return
    yield say("quality.effect_heading", language)
    for plate, effect in found.interviewers.items():
        yield "  " + say(
            "quality.effect",
            language,
            province=province(plate).name,
            icc=percent(100 * effect.icc, language),
            deff=decimal(effect.design_effect, language, digits=2),
            interviewers=effect.interviewers,
            n=people(_told(effect.n), language),
        )


def _paragraph(battery: Battery, language: str) -> Iterator[str]:
    names = {dimension.code: dimension.name[language] for dimension in dimensions()}
    shown = [
        decimal(float(eigenvalue), language, digits=2) for eigenvalue in battery.eigenvalues[:SHOWN]
    ]
    yield say(
        "quality.battery",
        language,
        service=service(battery.service).name[language],
        n=people(_told(battery.alpha.n), language),
        alpha=decimal(battery.alpha.raw, language, digits=2),
        ordinal=decimal(battery.ordinal_alpha, language, digits=2),
        omega=decimal(battery.omega, language, digits=2),
        eigenvalues="; ".join(shown),
    )
    for item, r in zip(battery.items, battery.alpha.item_rest.tolist(), strict=True):
        value = decimal(r, language, digits=2)
        yield "  " + say("quality.battery_item", language, item=names[item], r=value)


def _told(number: int) -> int | None:
    return released_count(number, thresholds())


def _as_object(battery: Battery) -> dict[str, object]:
    return {
        "service": battery.service,
        "n": _told(battery.alpha.n),
        "alpha": battery.alpha.raw,
        "standardised_alpha": battery.alpha.standardised,
        "ordinal_alpha": battery.ordinal_alpha,
        "omega": battery.omega,
        "item_rest": dict(zip(battery.items, battery.alpha.item_rest.tolist(), strict=True)),
        "eigenvalues": battery.eigenvalues.tolist(),
    }
