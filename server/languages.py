"""The language of an answer: the signed-in user's, else the ``lang`` cookie's, else Turkish."""

from typing import Any

from flask import Flask, Response, g, has_request_context, request

from schemas.wording import LANGUAGES, say

COOKIE = "lang"
YEAR = 365 * 24 * 3600


def register_languages(app: Flask) -> None:
    """Give every template its language and the function that says a text in it."""
    app.context_processor(_words_of_templates)


def current_language() -> str:
    """Give the language to answer this request in."""
    if not has_request_context():
        return LANGUAGES[0]
    chosen = g.get("language") or request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def use_language(language: str) -> None:
    """Answer the rest of this request in ``language``."""
    g.language = language


def remember_language(response: Response, language: str) -> None:
    """Keep ``language`` in the browser, for pages shown before somebody signs in."""
    response.set_cookie(COOKIE, language, max_age=YEAR, secure=True, httponly=True, samesite="Strict")


def _words_of_templates() -> dict[str, Any]:
    language = current_language()

    def text(key: str, **values: object) -> str:
        return say(key, language, **values)

    return {"language": language, "languages": LANGUAGES, "text": text}
