"""Labels that ask who somebody is: the words decide, not what is inserted between them."""

import pytest

from schemas.authoring.checks.privacy_checks import prompted
from schemas.forms.definition import Node


def asked(label: str) -> list[str]:
    return list(prompted(Node(name="yas", type="text", value_type="text"), label))


@pytest.mark.parametrize(
    "label",
    [
        "How old is ${firstname}?",
        "What does ${fullname} think of the service?",
        "${ad_soyad} kaç yaşında?",
        "Is ${phone_number} happy with ${email}?",
    ],
)
def test_an_inserted_answer_asks_for_nothing(label: str) -> None:
    assert asked(label) == []


@pytest.mark.parametrize("label", ["What is your full name?", "Adınız soyadınız?"])
def test_the_words_still_do(label: str) -> None:
    assert asked(label) == ["asks_name"]


def test_words_beside_an_inserted_answer_still_do() -> None:
    assert asked("What is the full name of ${child}?") == ["asks_name"]
