"""The language of an answer: the signed-in user's, else the ``lang`` cookie's, else Turkish."""

from flask import Flask, Response, g, has_request_context, request

from schemas.wording import LANGUAGES, say

COOKIE = "lang"
YEAR = 365 * 24 * 3600


def register_languages(app: Flask) -> None:
    """Give every template its language, and ``text`` to say something in it."""
    # A global, not a context value: macros that other templates import must see it too.
    app.jinja_env.globals.update(text=text, languages=LANGUAGES)
    app.context_processor(lambda: {"language": current_language()})


def text(key: str, **values: object) -> str:
    """The text of ``key`` in the language of this request."""
    return say(key, current_language(), **values)


def current_language() -> str:
    """The language to answer this request in."""
    if not has_request_context():
        return LANGUAGES[0]
    chosen = g.get("language") or request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def use_language(language: str) -> None:
    """Answer the rest of this request in ``language``."""
    g.language = language


def remember_language(response: Response, language: str) -> None:
    """Keep ``language`` in the browser, for pages shown before somebody signs in."""
    response.set_cookie(
        COOKIE, language, max_age=YEAR, secure=True, httponly=True, samesite="Strict"
    )
