"""Lines back into paragraphs: hyphens at line ends, addresses cut over lines, sentences cut by a page.

A hyphen at a line's end is a mark of the line break (`pro-` / `mouvoir`) or belongs to the word
(`peut-` / `être`). The document's own words decide first, then the rules of French compounds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

HYPHEN_END = re.compile(r"[^\W_]-\Z")
WORD = re.compile(r"[^\W\d_]+(?:[-·’'][^\W\d_]+)*")
FIRST_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
LAST_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*(?=-\Z)")
AFTER_COMPOUND = re.compile(
    r"t|ils?|elles?|on|je|tu|nous|vous|moi|toi|lui|eux|leur|ce|ci|là|mêmes?|delà|dess(?:o?)us|dire|y|en"
)
COMPOUND_PREFIX = re.compile(r"inter|multi|co|anti|socio|méta|éco|pluri|auto|micro|macro|post|pré|néo")
FUNCTION_WORD = re.compile(
    r"entre|contre|avant|après|avoir|outre|leurs|autres?|notre|votre|elles|cette|comme|aussi|quand"
)
FULL_STOP = re.compile(r"[.!?…:][\s»”\"')\]]*(?:\(?\d{1,3}\)?)?\Z")
MEMBER_MINIMUM = 4
NEAR = 40
TAIL = 400  # characters at the end of a text that tell how it goes on; a longer address is none
SENTENCE_END = re.compile(FULL_STOP.pattern + r"|[»”]\Z")
BULLET = re.compile(r"(?:[•●▪◦■□►▸➔→✓*]|[-–](?=[\s«“]))\s*")
NUMBERED = re.compile(r"(?:\d{1,2}[.)]|[a-h]\))\s+(?=\S)")
URL_END = re.compile(r"(?:https?://|www\.)\S*\Z")
URL_REST = re.compile(r"(?!https?:|www\.)[a-z0-9]\S*")
SLUG_END = re.compile(r"(?:\A|\s)[a-z0-9]+(?:-[a-z0-9]+)+-\Z")
SLUG_REST = re.compile(r"[a-z0-9]+[-/]\S*")


def words_of(text: str) -> Counter[str]:
    """Words of a text in lower case with their counts, those cut by a line end left out."""
    whole = re.sub(r"\S{1,60}-[ \t]*\n\s*\S{1,60}", " ", text)
    return Counter(word.lower() for word in WORD.findall(whole))


def join(left: str, right: str, words: Counter[str]) -> str:
    """Join two lines of one paragraph; `right` may begin with page breaks, which are kept in place.

    Args:
        left: Text so far, without blanks at its end.
        right: Next line, without blanks at its start.
        words: The document's words, from `words_of`.
    """
    breaks = right[: len(right) - len(right.lstrip("\f"))]
    right = right[len(breaks) :]
    tail = left[-TAIL:]
    if continues_address(tail, right):
        return left + breaks + right
    if left.endswith("·") or right.startswith("·"):
        return left + breaks + right
    if HYPHEN_END.search(tail) and right[:1].isalnum():
        return (left if _keeps_hyphen(tail, right, words) else left[:-1]) + breaks + right
    return f"{left} {breaks}{right}"


def join_all(lines: Iterable[str], words: Counter[str]) -> str:
    """Join the lines of one paragraph."""
    text = ""
    for line in lines:
        text = join(text, line, words) if text else line
    return text


def continues(left: str, right: str) -> bool:
    """Whether `right`, after a blank line or on a new page, goes on with the sentence of `left`."""
    left, right = left[-TAIL:], right.lstrip("\f")
    if continues_address(left, right) or left.endswith("·"):
        return True
    first = right[:2].removeprefix("(")[:1]
    if not first.islower() or URL_END.match(right.split(" ", 1)[0]) or URL_END.search(left):
        return False
    return not FULL_STOP.search(left)


def continues_address(left: str, right: str) -> bool:
    """Whether `left` ends within a web address that `right` goes on with."""
    if SLUG_END.search(left) and SLUG_REST.match(right):
        return True
    if left.endswith("://"):
        return bool(right)
    address = URL_END.search(left)
    rest = URL_REST.match(right)
    if address is None or rest is None:
        return False
    shown = re.sub(r"^https?://", "", address.group())
    if shown.endswith("-") or shown == "www.":
        return True
    if "/" not in shown:
        return shown.endswith(".") and bool(
            re.match(r"[a-z]{2,4}(?:/|[\s,;.)]|\Z)|[a-z0-9-]+\.", rest.group())
        )
    return shown.endswith(("/", "_", "=", "&", "?")) and bool(re.search(r"[-/_=]", rest.group()))


def is_item(line: str) -> bool:
    """Whether a line begins with a bullet or a number."""
    return bool(BULLET.match(line) or NUMBERED.match(line))


def without_bullet(line: str) -> str:
    """A list item's text; its number is kept, for it may be referred to."""
    return BULLET.sub("", line, count=1)


def closes_early(lines: Sequence[str], index: int) -> bool:
    """Whether line `index` stops where the next line's first word would have fitted: a wanted break."""
    if index + 1 >= len(lines):
        return True
    width = max(map(len, lines[max(0, index - NEAR) : index + NEAR]))
    following = lines[index + 1].split(" ", 1)[0]
    return len(lines[index]) + 1 + len(following) <= 0.85 * width


def _keeps_hyphen(left: str, right: str, words: Counter[str]) -> bool:
    if not right[0].islower() or not left[-2].isalpha():
        return True
    last, first = LAST_WORD.search(left), FIRST_WORD.match(right)
    if last is None or first is None:
        return True
    head, tail = last.group().lower(), first.group().lower()
    stem = re.split("[-’']", head)[-1]
    part = tail.split("-")[0]
    joined, hyphened = words[stem + part], words[f"{stem}-{part}"] + words[f"{head}-{tail}"]
    if joined != hyphened:
        return hyphened > joined
    return _is_compound(head, stem, part, words)


def _is_compound(head: str, stem: str, part: str, words: Counter[str]) -> bool:
    if AFTER_COMPOUND.fullmatch(part) or head.endswith(("-à", "-t")) or (stem, part) == ("peut", "être"):
        return True
    if not words[part] or len(part) < MEMBER_MINIMUM:
        return False
    if COMPOUND_PREFIX.fullmatch(stem):
        return True
    both = words[stem] > 0 and len(stem) > MEMBER_MINIMUM
    return both and not FUNCTION_WORD.fullmatch(stem) and not FUNCTION_WORD.fullmatch(part)
