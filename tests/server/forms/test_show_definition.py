"""``GET /api/v1/forms/<id>/<version>``: a published definition, byte for byte."""

import gzip

from flask import Flask
from flask.testing import FlaskClient

from schemas.forms.packing import pack
from server.forms.publishing import publish
from tests.records import FORM

URL = f"/api/v1/forms/{FORM.id}/{FORM.version}"


def publish_form(app: Flask) -> str:
    return (
        app.extensions["izdes.database"]
        .write(lambda connection: publish(connection, FORM, actor=None))
        .digest
    )


def test_anybody_may_load_a_definition_and_keep_it_for_ever(
    app: Flask, client: FlaskClient
) -> None:
    digest = publish_form(app)
    answer = client.get(URL)
    assert answer.status_code == 200
    assert answer.json["id"] == FORM.id
    assert answer.headers["ETag"] == f'"{digest}"'
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_it_is_sent_compressed_to_whom_can_read_that(app: Flask, client: FlaskClient) -> None:
    digest = publish_form(app)
    answer = client.get(URL, headers={"Accept-Encoding": "gzip, br"})
    assert (answer.headers["Content-Encoding"], answer.headers["ETag"]) == ("gzip", f'W/"{digest}"')
    assert gzip.decompress(answer.data) == pack(FORM) == client.get(URL).data
    again = {"Accept-Encoding": "gzip", "If-None-Match": f'W/"{digest}"'}
    assert client.get(URL, headers=again).status_code == 304


def test_who_has_it_already_is_sent_nothing(app: Flask, client: FlaskClient) -> None:
    digest = publish_form(app)
    answer = client.get(URL, headers={"If-None-Match": f'"{digest}"'})
    assert (answer.status_code, answer.data) == (304, b"")


def test_what_was_never_published_is_not_found(app: Flask, client: FlaskClient) -> None:
    publish_form(app)
    for address in ("/api/v1/forms/gorusme/2", "/api/v1/forms/x/1"):
        answer = client.get(address)
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_a_nul_in_an_address_is_a_bad_request(app: Flask, client: FlaskClient) -> None:
    publish_form(app)
    answer = client.get("/api/v1/forms/a%00b/1")
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")
