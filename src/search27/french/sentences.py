"""Where a sentence ends in French prose (and sensibly in English), without a model.

A full stop, question mark, exclamation mark or ellipsis ends a sentence when what follows may start one and
what stands before it is neither an abbreviation, an initial nor a list number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from search27.types import Span

_LOWER = "a-zß-öø-ÿœ"
_UPPER = "A-ZÀ-ÖØ-ÞŒ"

_HARD_BREAK = re.compile(r"\n[^\S\n]*\n\s*|\n(?=[^\S\n]*(?:[-–—•*▪◦‣·]|\d{1,2}[.)])\s)")
_END = re.compile(
    r"(?P<mark>[.!?…]+(?:\s?[!?…]+)*)"
    r"(?P<closers>(?:\s?»|[\"”’')\]]|\s?\[\d{1,3}\]|\(\d{1,3}\)|[¹²³⁰⁴-⁹])*)"
    r"(?=\s|$)"
    rf"|(?<=[{_LOWER}]{{2}})[.!?…](?=[{_UPPER}][{_LOWER}'’])"
)
_START = re.compile(r"\s+(?:[«“\"'‘(\[\-–—•¿¡]\s*)*(?P<first>\w|…|\.\.\.)")
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’]", re.IGNORECASE)
_INITIALS = re.compile(rf"(?:[{_UPPER}][a-z]?\.-?)*[{_UPPER}]$")
_LIST_NUMBER = re.compile(r"\d{1,2}$|[IVX]{1,5}$")
_WEB = re.compile(r"[/@]|www\.", re.IGNORECASE)
_GUILLEMET = re.compile("[«»]")

_ABBREVIATIONS = frozenset(
    "M MM Mme Mmes Mlle Mlles Dr Drs Pr Prs Me Mgr St Ste Mr Mrs Ms Prof Art Cf Vol Fig Chap Réf Tél "
    "adr ap apr art av bd bibl boul cf ch chap coll dir ed éd éds et.al ex exp fig hab i.e e.g ibid id ill "
    "ms op p pp p.ex par.ex réf réfs sq sqq sv tél trad vol vols vs c.-à-d".split()
)
_ABBREVIATIONS_BEFORE_NUMBERS = frozenset(
    "No no nos n nb env max min approx ca circa r env. Env Max Min "
    "janv févr avr juil sept oct nov déc".split()
)
_SENTENCE_STARTERS = frozenset(
    "à après au aujourd aussi autre avec avant ainsi alors bref c car ce cela celle celui certains ces cet "
    "cette chacun chaque comme comment contre d dans de depuis des deux dès du elle elles en enfin ensuite "
    "entre est et eux grâce il ils j je l la le les leur leurs lors lorsque mais malgré même mes mon ni nos "
    "notre nous on or ou où par parce parmi pas pendant plus plusieurs pour pourquoi puis quand quant que "
    "quel quelle quelles quels qui quoi s sa sans se selon ses seul si sous son sur tous tout toute toutes "
    "trois très un une vers voici voilà vos votre vous y "
    "after all an and as at because but by each finally first for from he her his how however if in it its "
    "many most no of one our she since so some such that the their then there these they this those to "
    "two was we what when where which while who why with you your".split()
)


def split_sentences(text: str) -> list[Span]:
    """Split a text into sentences.

    Args:
        text: Prose; blank lines and bullets part sentences, other line ends count as blanks.

    Returns:
        Spans in order, without overlap, stripped; together they cover every non-blank character.
    """
    sentences = []
    for start, end in _segments(text):
        cuts = [*_ends(text, start, end), end]
        for cut in cuts:
            span = _stripped(text, start, cut)
            if span.start < span.end:
                sentences.append(span)
            start = cut
    return sentences


def _segments(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _HARD_BREAK.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    """Offsets within `[start, end)` after which a new sentence starts."""
    closing = _reversed_closers(text, start, end)
    for match in _END.finditer(text, start, end):
        cut = match.end()
        if match["mark"] is None:
            token = _token_around(text, match.start())
            if not _WEB.search(token):
                yield cut
                start = cut
            continue
        gap = re.compile(r"\s?«").match(text, cut, end)
        if gap and gap.end() - 1 in closing:
            cut = gap.end()
        following = _START.match(text, cut, end)
        if following and _may_start(text, following.start("first"), match) and not _is_abbreviation(
            text[start : match.start()].lstrip(), text, following.start("first"), match
        ):
            yield cut
            start = cut
