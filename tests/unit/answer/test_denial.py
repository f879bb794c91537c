import pytest

from search27.answer.denial import is_reversed

AFFIRMED = "La fabrique ouvre ses portes aux habitants du quartier."
DENIED = "La fabrique n’ouvre pas ses portes aux habitants du quartier."


@pytest.mark.parametrize(
    ("sentence", "text", "expected"),
    [
        (DENIED, AFFIRMED, True),
        (AFFIRMED, DENIED, True),
        (AFFIRMED, AFFIRMED, False),
        (DENIED, DENIED, False),
        (DENIED, "La fabrique refuse d’ouvrir ses portes aux habitants.", False),
        (DENIED, "Le budget est voté en mars.", False),
        ("La fabrique ouvre ses portes sans rendez-vous.", "La fabrique ouvre ses portes.", False),
        (
            "La Synchro ne peut pas accueillir le public.",
            "La Synchro peut accueillir le public.",
            True,
        ),
        (DENIED, "La fabrique neuve ouvre ses portes aux habitants à ce niveau du passage.", True),
        ("La fabrique ouvre notamment ses portes aux habitants.", AFFIRMED, False),
        ("Notre fabrique ouvre ses portes aux habitants.", AFFIRMED, False),
        (DENIED, "La fabrique cesse d’ouvrir ses portes aux habitants.", False),
        ("La fabrique du Finistère ouvre ses portes aux habitants du quartier.", DENIED, True),
    ],
)
def test_a_clause_is_held_against_those_that_speak_of_the_same(
    sentence: str, text: str, expected: bool
) -> None:
    assert is_reversed(sentence, [text]) is expected
