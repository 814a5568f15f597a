"""What a stored password lets in, and which passwords are kept at all."""

import pytest

from schemas.problems import Problem
from server.accounts.passwords import NO_PASSWORD, new_password_hash, password_matches
from server.demo import PASSWORD as PASSWORD_OF_THE_DEMO
from tests.people import STAFF

NEVZAT = ("nevzat.ergun", "Nevzat Ergün")


def test_an_account_without_a_password_lets_nobody_in() -> None:
    assert not password_matches("", NO_PASSWORD)
    assert not password_matches("anything at all", NO_PASSWORD)


@pytest.mark.parametrize(
    "password",
    [
        "a" * 15,
        "a" * 100,
        "ababababababababab",
        "123456789012345",
        "qwertyuiopğü123",
        "1234567890qwerty",
        "passwordpassword",
        "şifreşifreşifre",
        "Galatasaray1905!",
        "fenerbahçe 1907 fenerbahçe",
        "Diyarbakır Diyarbakır",
        "nevzat.ergun2026",
        "NevzatErgün2026!",
        "ErgünErgünErgün",
        "canım canım canım",
        "Ankara06 Ankara06",
        "Trabzonspor1967 61",
        "!!!!!!!!!!!!!!!!!",
        "ergün ergün ergün",
    ],
)
def test_what_is_guessed_soon_is_not_kept(password: str) -> None:
    with pytest.raises(Problem) as problem:
        new_password_hash(password, NEVZAT)
    assert problem.value.code == "guessable_password"


@pytest.mark.parametrize(
    "password",
    [
        *(person.password for person in STAFF),
        PASSWORD_OF_THE_DEMO,
        "dört mevsim bir kayık",
        "kırmızı at uzak dağ",
        "correct horse battery staple",
        "çok uzun bir yağmurun ardından " * 8,
    ],
)
def test_words_that_have_nothing_to_do_with_each_other_are_kept(password: str) -> None:
    assert password_matches(password, new_password_hash(password, NEVZAT))


@pytest.mark.parametrize("password", ["kırmızı at uzak", "x" * 257, ""])
def test_too_short_and_too_long_ones_are_told_apart_from_weak_ones(password: str) -> None:
    with pytest.raises(Problem) as problem:
        new_password_hash(password[:14] if len(password) < 20 else password, NEVZAT)
    assert problem.value.code == "weak_password"
