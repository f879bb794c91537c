"""French or English, told by function words: reliable on a short question, cheap on a long text."""

from __future__ import annotations

import re
from typing import Literal

from search27.french.words import ENGLISH_WORDS, FRENCH_WORDS, fold

_WORD = re.compile(r"[^\W\d_]+")
_FRENCH_MARK = re.compile(r"[àâçèéêëîïôùûœ]|\b(?:[cdjlmnst]|qu)['’](?=[^\W\d_]{2})", re.IGNORECASE)
_MARK_WEIGHT = 0.25
_IN_BOTH = {"an", "but", "d", "etc", "i", "just", "m", "off", "or", "out", "over", "s", "t", "via"}
_ONLY_ENGLISH = ENGLISH_WORDS - FRENCH_WORDS - _IN_BOTH
_ONLY_FRENCH = FRENCH_WORDS - ENGLISH_WORDS - _IN_BOTH


def language_of(text: str) -> Literal["fr", "en"]:
    """Tell French from English by function words, accents and elisions; `fr` in doubt."""
    words = [fold(word) for word in _WORD.findall(text)]
    english = sum(word in _ONLY_ENGLISH for word in words)
    french = sum(word in _ONLY_FRENCH for word in words)
    marks = len(_FRENCH_MARK.findall(text))
    return "en" if english > french + _MARK_WEIGHT * marks else "fr"
