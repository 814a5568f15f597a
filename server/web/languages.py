"""The language of an answer: the signed-in user's, else the ``lang`` cookie's, else Turkish."""

from flask import Flask, Response, g, has_request_context, request

from schemas.wording import LANGUAGES, say

COOKIE = "lang"
JUST_CHOSEN = "lang-just-chosen"
A_WHILE = 600
"""Seconds for which a choice before signing in counts as the choice of whoever signs in."""
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


def remember_choice(response: Response) -> None:
    """Note that the language was chosen just now, by somebody who has not signed in yet."""
    response.set_cookie(
        JUST_CHOSEN, "1", max_age=A_WHILE, secure=True, httponly=True, samesite="Strict"
    )


def chosen_before() -> str | None:
    """Give the language that was chosen just before signing in; not what others left behind."""
    chosen = request.cookies.get(COOKIE)
    return chosen if JUST_CHOSEN in request.cookies and chosen in LANGUAGES else None


def forget_choice(response: Response) -> None:
    """Take the note away: who signs in next has chosen nothing."""
    response.delete_cookie(JUST_CHOSEN, secure=True, httponly=True, samesite="Strict")
