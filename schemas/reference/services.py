"""The public services that are rated, and the dimensions they are rated on."""

from dataclasses import dataclass
from functools import cache

from schemas.reference.files import reference_rows
from schemas.reference.geography import province


@dataclass(frozen=True)
class Service:
    """A service of the Ministry of Interior that citizens rate."""

    code: str
    name: dict[str, str]
    agency: str
    only_on_the_coast: bool


@dataclass(frozen=True)
class Dimension:
    """One side of a service: access, speed, fairness; ``genel`` is the overall verdict."""

    code: str
    name: dict[str, str]
    in_index: bool


@cache
def services() -> tuple[Service, ...]:
    """The services in their published order."""
    return tuple(
        Service(
            code=row["code"],
            name={"tr": row["name_tr"], "en": row["name_en"]},
            agency=row["agency_tr"],
            only_on_the_coast=row["provinces"] == "is_coastal=1",
        )
        for row in reference_rows("services.csv")
    )


@cache
def dimensions() -> tuple[Dimension, ...]:
    """The dimensions in the order they are asked."""
    return tuple(
        Dimension(
            code=row["code"],
            name={"tr": row["name_tr"], "en": row["name_en"]},
            in_index=row["in_index"] == "1",
        )
        for row in reference_rows("dimensions.csv")
    )


def service(code: str) -> Service:
    """The service of a code; an unknown code is a KeyError."""
    return _by_code()[code]


def is_offered(service_code: str, plate: str) -> bool:
    """Say whether a service exists in a province: the coast guard does on the coast only."""
    return not service(service_code).only_on_the_coast or province(plate).is_coastal


@cache
def _by_code() -> dict[str, Service]:
    return {service.code: service for service in services()}
