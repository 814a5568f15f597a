"""What a stored password lets in."""

from server.accounts.passwords import NO_PASSWORD, password_matches


def test_an_account_without_a_password_lets_nobody_in() -> None:
    assert not password_matches("", NO_PASSWORD)
    assert not password_matches("anything at all", NO_PASSWORD)
