"""``POST /api/v1/session``: sign in."""

import pytest
from flask.testing import FlaskClient

from tests.people import ADMIN, ANALYST, GOVERNOR, SAME_ORIGIN, OUTSIDER, Person, sign_in

ADDRESS = "/api/v1/session"


def credentials(person: Person, **changes: object) -> dict[str, object]:
    return {"username": person.username, "password": person.password} | changes


@pytest.mark.parametrize("person", [GOVERNOR, ANALYST, ADMIN], ids=lambda person: person.role)
def test_it_says_who_signed_in(client: FlaskClient, person: Person) -> None:
    answer = client.post(ADDRESS, json=credentials(person), headers=SAME_ORIGIN)
    assert answer.status_code == 200
    assert answer.json == {
        "officer": {
            "username": person.username,
            "full_name": person.full_name,
            "role": person.role,
            "language": "tr",
        },
        "token": None,
    }
