"""The rated services and their dimensions."""

import pytest

from schemas.reference.services import dimensions, is_offered, service, services


def test_there_are_eight_services_in_two_languages() -> None:
    assert [service.code for service in services()] == [
        "emn", "trf", "acm", "nuf", "goc", "jan", "shl", "afd",
    ]  # fmt: skip
    assert all(service.name["tr"] and service.name["en"] for service in services())


def test_the_coast_guard_is_never_called_sgk() -> None:
    assert service("shl").name == {"tr": "Sahil güvenlik", "en": "Coast guard"}


def test_the_coast_guard_exists_on_the_coast_only() -> None:
    assert is_offered("shl", "34")
    assert not is_offered("shl", "06")
    assert is_offered("emn", "06")


def test_the_overall_verdict_is_no_part_of_the_index() -> None:
    assert [dimension.code for dimension in dimensions() if not dimension.in_index] == [
        "yetkinlik",
        "genel",
    ]


def test_an_unknown_service_is_an_error() -> None:
    with pytest.raises(KeyError):
        service("sgk")
