"""``GET /healthz``: whether this instance can do its work."""

from flask.testing import FlaskClient

from server.version import VERSION


def test_it_answers_anybody_with_the_version(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "version": VERSION, "database": "current"}


def test_it_says_so_when_the_database_is_gone(client: FlaskClient) -> None:
    database = client.application.extensions["izdes.database"]
    database.engine.dispose()
    url = database.engine.url
    if database.is_sqlite:
        unreachable = url.set(database="/nonexistent/izdes.sqlite3")
    else:
        unreachable = url.set(port=1)
    database.engine = type(database)(
        unreachable.render_as_string(hide_password=False), connections=1
    ).engine
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["code"]) == (503, "busy")
