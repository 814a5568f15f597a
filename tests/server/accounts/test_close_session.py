"""``DELETE /api/v1/session``: sign out."""

from flask.testing import FlaskClient

from tests.people import GOVERNOR, SAME_ORIGIN, bearer, sign_in

ADDRESS = "/api/v1/session"


def test_it_ends_the_session_at_once(client: FlaskClient) -> None:
    sign_in(client, GOVERNOR)
    token = client.get_cookie("__Host-sid").value
    assert client.get(ADDRESS).status_code == 200
    answer = client.delete(ADDRESS, headers=SAME_ORIGIN)
    assert (answer.status_code, answer.data) == (204, b"")
    assert client.get_cookie("__Host-sid") is None
    replay = client.get(ADDRESS, headers={"Authorization": f"Bearer {token}"})
    assert replay.status_code == 401


def test_it_ends_the_session_of_a_program(client: FlaskClient) -> None:
    header = bearer(client, GOVERNOR)
    assert client.delete(ADDRESS, headers=header).status_code == 204
    assert client.get(ADDRESS, headers=header).status_code == 401


def test_it_needs_a_session(client: FlaskClient) -> None:
    assert client.delete(ADDRESS, headers=SAME_ORIGIN).json["code"] == "not_signed_in"
