"""Where a sentence ends in French prose (and sensibly in English), without a model.

A full stop, question mark, exclamation mark or ellipsis ends a sentence when what follows may start one and
what stands before it is neither an abbreviation, an initial nor a list number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from search27.french.words import FUNCTION_WORDS, fold
from search27.types import Span

_LOWER = "a-zß-öø-ÿœ"
_UPPER = "A-ZÀ-ÖØ-ÞŒ"

_HARD_BREAK = re.compile(r"\n[^\S\n]*\n\s*|\n(?=[^\S\n]*(?:[-–—•*▪◦‣·]|\d{1,2}[.)])\s)")
_END = re.compile(
    r"(?P<mark>[.!?…]+(?:\s?[!?…]+)*)"
    r"(?P<closers>(?:\s?»|[\"”’')\]]|\s?\[\d{1,3}\]\.?|\(\d{1,3}\)|\s?\(\d{1,3}\)\.|[¹²³⁰⁴-⁹])*)"
    r"(?=\s|$)"
    rf"|(?<=[{_LOWER}]{{2}})[.!?…](?=[{_UPPER}][{_LOWER}'’])"
)
_FOLLOWING = re.compile(
    r"\s*(?:(?:[«“\"'‘(\[\-–—•¿¡]|…|\.\.\.|[\])])\s*)*(?P<word>\w+['’]?)" rf"(?P<capital>\s+[{_UPPER}])?"
)
_BEFORE_WORD = re.compile(
    r"(?:\[\d{1,3}\]|[«“\"'‘(\[\-–—])*(?:(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’])?", re.IGNORECASE
)
_INITIALS = re.compile(rf"(?:[{_UPPER}]\.-?)*[{_UPPER}]")
_LIST_NUMBER = re.compile(r"#?\d{1,2}|[IVX]{1,5}")
_WEB = re.compile(r"[/@]|www\.|\.(?:com|eu|fr|io|net|org)\b", re.IGNORECASE)
_GUILLEMET = re.compile("[«»]")
_MISTYPED_CLOSER = re.compile(r"\s?«")

_TITLES = (
    "M MM Mme Mmes Mlle Mlles Dr Drs Pr Prs Me Mgr St Ste Mr Mrs Ms Prof Ch Ph Th Art Cf Vol Fig Chap Réf Tél"
)
_REFERENCES = """
adr ap apr art av bd bibl boul cf chap coll dir ed éd éds ex exp fig i.e e.g id ill op p pp p.ex réf réfs sq
sqq sv tél trad vol vols vs c.-à-d
"""
_BEFORE_NUMBERS = """
No Nos no nos nb env Env max Max min Min al approx ca circa janv févr avr juil sept oct nov déc
"""
_ABBREVIATIONS = frozenset(f"{_TITLES} {_REFERENCES}".split())
_ABBREVIATIONS_BEFORE_NUMBERS = frozenset(_BEFORE_NUMBERS.split())


def split_sentences(text: str) -> list[Span]:
    """Split a text into sentences.

    Args:
        text: Prose; blank lines and bullets part sentences, other line ends count as blanks.

    Returns:
        Spans in order, without overlap, stripped; together they cover every non-blank character.
    """
    sentences = []
    for start, end in _segments(text):
        start = _skip_blanks(text, start, end)
        for cut in _cuts(text, start, end):
            sentences.append(Span(start, cut))
            start = _skip_blanks(text, cut, end)
        while start < end and text[end - 1].isspace():
            end -= 1
        if start < end:
            sentences.append(Span(start, end))
    return sentences


def _segments(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _HARD_BREAK.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _skip_blanks(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Offsets inside `[start, end)` after which a new sentence starts."""
    mistyped = _mistyped_closers(text, start, end)
    for match in _END.finditer(text, start, end):
        cut = match.end()
        gap = _MISTYPED_CLOSER.match(text, cut, end)
        if gap and gap.end() - 1 in mistyped:
            cut = gap.end()
        following = _FOLLOWING.match(text, cut, end)
        has_words = any(map(str.isalnum, text[start:cut]))
        if has_words and following and _is_end(text, start, match, following):
            yield cut
            start = _skip_blanks(text, cut, end)


def _mistyped_closers(text: str, start: int, end: int) -> set[int]:
    """Places of « typed for »: a quote is open, and the next guillemet is no »."""
    guillemets = list(_GUILLEMET.finditer(text, start, end))
    found, is_open = set(), False
    for index, guillemet in enumerate(guillemets):
        is_closed_next = index + 1 < len(guillemets) and guillemets[index + 1][0] == "»"
        is_mistyped = guillemet[0] == "«" and is_open and not is_closed_next
        if is_mistyped:
            found.add(guillemet.start())
        is_open = guillemet[0] == "«" and not is_mistyped
    return found


def _is_end(text: str, start: int, match: re.Match[str], following: re.Match[str]) -> bool:
    if following["word"][0].islower():
        return False
    if match["mark"] is None:
        is_web = _WEB.search(_token(text, match.start()))
        return not is_web and not _keeps_on(text, start, match.start(), following)
    if match["closers"]:
        return not (match["mark"] in ("…", "...") and text[match.start() - 1 : match.start()] in ("[", "("))
    return match["mark"] != "." or not _keeps_on(text, start, match.start(), following)


def _keeps_on(text: str, start: int, stop: int, following: re.Match[str]) -> bool:
    """Whether the full stop at `stop` belongs to an abbreviation, an initial or a list number."""
    begin = stop
    while begin > start and not text[begin - 1].isspace():
        begin -= 1
    word = _BEFORE_WORD.sub("", text[begin:stop], count=1)
    if word in _ABBREVIATIONS:
        return True
    if word in _ABBREVIATIONS_BEFORE_NUMBERS:
        return following["word"][0].isdigit()
    if begin == start and _LIST_NUMBER.fullmatch(word):
        return True
    return bool(_INITIALS.fullmatch(word)) and (begin == start or not _opens_sentence(following))


def _opens_sentence(following: re.Match[str]) -> bool:
    """Whether a function word follows: `plan B. Le projet`, not `J. Dupont`, `J. Le Goff`, `J. A. Li`."""
    word = following["word"]
    is_letter = len(word) == 1 and word != "À"
    return fold(word) in FUNCTION_WORDS and not is_letter and not following["capital"]


def _token(text: str, place: int) -> str:
    """The run of non-blank characters around `place`."""
    begin, end = place, place
    while begin > 0 and not text[begin - 1].isspace():
        begin -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[begin:end]
