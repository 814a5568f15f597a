"""``GET /api/v1/attachments/<digest>``: who may look at a photo, and that it is written down."""

from tests.people import ANALYST, SAME_ORIGIN, bearer
from tests.records import Field
from tests.server.sync.files import digest_of, photo, put, send_naming

PDF = b"%PDF-1.7\n%%EOF"


def stored(field: Field, content: bytes) -> str:
    send_naming(field, content)
    assert put(field, content).json["complete"]
    return digest_of(content)


def test_who_may_read_opens_it(field: Field) -> None:
    content = photo()
    digest = stored(field, content)
    answer = field.client.get(
        f"/api/v1/attachments/{digest}",
        headers=bearer(field.client, ANALYST),
    )
    assert (answer.status_code, answer.data) == (200, content)
    assert answer.content_type == "image/jpeg"


def test_it_opens_by_the_name_that_stands_in_an_export(field: Field) -> None:
    content = photo()
    name = f"{stored(field, content).removeprefix('sha256:')}.jpg"
    answer = field.client.get(f"/api/v1/attachments/{name}", headers=bearer(field.client, ANALYST))
    assert answer.data == content


def test_nothing_in_it_can_run_and_nobody_keeps_it(field: Field) -> None:
    headers = field.client.get(
        f"/api/v1/attachments/{stored(field, photo())}", headers=bearer(field.client, ANALYST)
    ).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; frame-ancestors 'none'; sandbox"
    )
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Disposition"].startswith("inline")


def test_a_document_is_downloaded_not_shown(field: Field) -> None:
    answer = field.client.get(
        f"/api/v1/attachments/{stored(field, PDF)}", headers=bearer(field.client, ANALYST)
    )
    assert (answer.content_type, answer.data) == ("application/pdf", PDF)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")


def test_each_opening_is_written_down(field: Field) -> None:
    digest = stored(field, photo())
    for _ in range(2):
        field.client.get(f"/api/v1/attachments/{digest}", headers=bearer(field.client, ANALYST))
    assert (
        field.rows(
            "SELECT username, object FROM audit_entries JOIN users ON users.id = actor_id"
            " WHERE action = 'attachment.opened'"
        )
        == [("zeynep.aksoy", digest)] * 2
    )


def test_an_officer_and_a_stranger_may_not(field: Field) -> None:
    digest = stored(field, photo())
    answer = field.client.get(f"/api/v1/attachments/{digest}", headers=field.officer)
    assert (answer.status_code, answer.json["code"]) == (403, "not_allowed")
    answer = field.client.get(f"/api/v1/attachments/{digest}", headers=SAME_ORIGIN)
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")
    assert field.rows("SELECT count(*) FROM audit_entries WHERE action = 'attachment.opened'") == [
        (0,)
    ]


def test_what_is_not_here_is_not_found(field: Field) -> None:
    headers = bearer(field.client, ANALYST)
    content = photo()
    send_naming(field, content)
    put(field, content, 0)
    for digest in (digest_of(content), digest_of(b"never sent"), "x"):
        answer = field.client.get(f"/api/v1/attachments/{digest}", headers=headers)
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
