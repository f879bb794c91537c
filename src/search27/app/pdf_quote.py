"""Where a quote of the repaired text stands among the characters that a PDF page draws.

Repair joins words broken at line ends, spells out ligatures and changes spaces and quotation marks; readers
may order the page differently. Only letters and digits are compared, and a quote may be found in pieces.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

SHORTEST_PIECE = 12
"""Letters and digits from which a piece of a quote tells where it stands; a shorter quote must be unique."""
LEAST_SHARE = 0.6
"""Share of the quote that must be found for its place to count as known."""


def locate(quote: str, characters: Sequence[str]) -> list[tuple[int, int]]:
    """Half-open ranges of `characters` that hold the quote, in order; `[]` where it is not to be found.

    Args:
        quote: A stretch of repaired text.
        characters: The page's characters in the order of the file.
    """
    letters, places = _folded(characters)
    words = [word for word in ("".join(_fold(c) for c in word) for word in quote.split()) if word]
    wanted = sum(map(len, words))
    pieces = _pieces(words, letters)
    if not pieces or sum(end - start for start, end in pieces) < LEAST_SHARE * wanted:
        return []
    return sorted((places[start], places[end - 1] + 1) for start, end in pieces)


def _pieces(words: Sequence[str], letters: str) -> list[tuple[int, int]]:
    """Longest runs of successive words that occur in `letters`, each after the one before it where possible."""
    whole = "".join(words)
    if whole and whole in letters and (len(whole) >= SHORTEST_PIECE or letters.count(whole) == 1):
        return [(letters.index(whole), letters.index(whole) + len(whole))]
    pieces: list[tuple[int, int]] = []
    first = 0
    while first < len(words):
        after = pieces[-1][1] if pieces else 0
        length, start = _longest_run(words[first:], letters, after)
        size = sum(map(len, words[first : first + length]))
        if size >= SHORTEST_PIECE:
            pieces.append((start, start + size))
            first += length
        else:
            first += 1
    return pieces


def _longest_run(words: Sequence[str], letters: str, after: int) -> tuple[int, int]:
    """How many of the first words stand together in `letters`, and where: from `after` on if they do there."""
    run, length, start = "", 0, -1
    for word in words:
        run += word
        found = letters.find(run, after)
        found = letters.find(run) if found < 0 else found
        if found < 0:
            break
        length, start = length + 1, found
    return length, start


def _folded(characters: Sequence[str]) -> tuple[str, list[int]]:
    """Letters and digits of the page, and for each the place of the character that it came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(characters):
        folded = _fold(character)
        letters.append(folded)
        places += [place] * len(folded)
    return "".join(letters), places


def _fold(character: str) -> str:
    """A character's letters and digits without case, accents or ligatures; `""` for anything else."""
    return "".join(c for c in unicodedata.normalize("NFKD", character.casefold()) if c.isalnum())
