"""How people type when they are in a hurry: without accents, without capitals, with a slip of the finger.

The same question and id always give the same noise.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable

NEIGHBOURS = {
    letter: row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
    for row in ("azertyuiop", "qsdfghjklm", "wxcvbn")
    for place, letter in enumerate(row)
}
"""Letters beside each other on the French keyboard."""
LETTERS = re.compile(r"[^\W\d_]+")


def without_accents(question: str, seed: str = "") -> str:
    """Drop the accents and cedillas; ligatures stay."""
    decomposed = unicodedata.normalize("NFD", question)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def lower_cased(question: str, seed: str = "") -> str:
    """Write everything small."""
    return question.lower()


def with_typo(question: str, seed: str) -> str:
    """Put one slip into the longest word (the first of several), never in its first letter.

    The seed chooses among four kinds of slip (two letters swapped, one dropped, doubled, or hit beside) and then
    the place; a kind that cannot change the word gives way to the next.
    """
    words = list(LETTERS.finditer(unicodedata.normalize("NFC", question)))
    longest = max(words, key=lambda word: len(word[0]), default=None)
    if longest is None or len(longest[0]) < 2:
        return question
    draw = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    kind, draw = draw % len(SLIPS), draw // len(SLIPS)
    possible = next(filter(None, (slip(longest[0]) for slip in SLIPS[kind:] + SLIPS[:kind])))
    text = unicodedata.normalize("NFC", question)
    return text[: longest.start()] + possible[draw % len(possible)] + text[longest.end() :]


def _swapped(word: str) -> list[str]:
    return [
        word[:n] + word[n + 1] + word[n] + word[n + 2 :]
        for n in range(1, len(word) - 1)
        if word[n] != word[n + 1]
    ]


def _dropped(word: str) -> list[str]:
    return [word[:n] + word[n + 1 :] for n in range(1, len(word))]


def _doubled(word: str) -> list[str]:
    return [word[:n] + word[n] + word[n:] for n in range(1, len(word))]


def _beside(word: str) -> list[str]:
    return [
        word[:n] + letter + word[n + 1 :]
        for n in range(1, len(word))
        for letter in NEIGHBOURS.get(without_accents(word[n]).lower(), "")
    ]


SLIPS = [_swapped, _dropped, _doubled, _beside]

NOISES: dict[str, Callable[[str, str], str]] = {
    "without accents": without_accents,
    "lower-cased": lower_cased,
    "one typo": with_typo,
}
