"""Order of text frames: what a layout program put on a page in another order than it is read.

Text taken out of a PDF comes frame by frame. A title frame may come after the text that it heads, and of two
columns the second may come first. Both are put right only where the words themselves show it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from search27.extraction.lines import SENTENCE_END, URL_END
from search27.types import BlockKind

OPENING_CHARACTERS = 110
OPEN_MINIMUM = 15
FRAMES_NEEDED = 2
SUBTITLE_LEVEL = 3
ADDRESS = re.compile(r"(?:https?:|www\.)\S*|[^\s-]+-[^\s-]+[-/]\S*")


@dataclass(frozen=True, slots=True)
class Para:
    """A block in the making; `frame` tells that a column or page of the source began with it."""

    kind: BlockKind
    text: str
    level: int = 0
    frame: bool = False


def order_frames(paras: Sequence[Para]) -> list[Para]:
    """Put late titles before their text, titles within a sentence behind it, and swapped columns in order."""
    frames = _frames(paras)
    # One frame alone that names its late title may be chance; several show how the source was laid out.
    if sum(_named_title(frame) is not None for frame in frames) >= FRAMES_NEEDED:
        frames = [_raise_title(frame) for frame in frames]
    return [para for frame in _swap_columns([_past_titles(frame) for frame in frames]) for para in frame]


def _frames(paras: Sequence[Para]) -> list[list[Para]]:
    frames: list[list[Para]] = [[]]
    for para in paras:
        if para.frame and frames[-1]:
            frames.append([])
        frames[-1].append(para)
    return frames


def _named_title(frame: Sequence[Para]) -> int | None:
    """Place of a later title whose words all stand in the opening of the frame's first paragraph."""
    if not frame or not frame[0].frame or frame[0].kind != "paragraph":
        return None
    opening = set(_words(frame[0].text[:OPENING_CHARACTERS]))
    for place, para in enumerate(frame):
        if para.kind == "heading" and opening.issuperset(_words(para.text)):
            return place
    return None


def _raise_title(frame: list[Para]) -> list[Para]:
    """Move a title that the frame's opening names, or the only title if it ends the frame, to the front."""
    place = _named_title(frame)
    if place is None:
        titles = [i for i, para in enumerate(frame) if para.kind == "heading"]
        ends = titles and titles == list(range(titles[0], len(frame))) and len(titles) <= 2
        if not ends or frame[0].kind == "heading":
            return frame
        if frame[0].kind != "paragraph":
            # Words of a chart, not a title: nothing of the frame stands below them.
            return [
                replace(para, kind="paragraph", level=0) if para.kind == "heading" else para for para in frame
            ]
        place = titles[0]
    end = place + 1
    if end < len(frame) and frame[end].kind == "heading" and frame[end].level == SUBTITLE_LEVEL:
        end += 1
    title = [replace(frame[place], frame=True), *frame[place + 1 : end]]
    return [*title, *_without_last_titles([replace(frame[0], frame=False), *frame[1:place], *frame[end:]])]


def _without_last_titles(frame: list[Para]) -> list[Para]:
    """Make paragraphs of the titles that end a frame: words of a chart, for nothing stands below them."""
    ended = list(frame)
    place = len(ended) - 1
    while place >= 0 and ended[place].kind == "heading":
        ended[place] = replace(ended[place], kind="paragraph", level=0)
        place -= 1
    return ended


def _past_titles(frame: list[Para]) -> list[Para]:
    """Put titles and addresses that stand within a sentence behind the sentence's second part."""
    ordered = list(frame)
    for place in range(1, len(ordered) - 1):
        end = place
        while end < len(ordered) - 1 and (ordered[end].kind == "heading" or is_address(ordered[end])):
            end += 1
        if end > place and is_open(ordered[place - 1]) and _goes_on(ordered[end]):
            ordered.insert(place, ordered.pop(end))
    return ordered


def _swap_columns(frames: list[list[Para]]) -> list[list[Para]]:
    """Put a frame that ends within a sentence before the paragraph, in the frame above, that ends it."""
    ordered: list[list[Para]] = []
    for frame in frames:
        above = ordered[-1] if ordered else []
        place = _orphan(above)
        if (
            place is not None
            and frame[-1].kind == "paragraph"
            and is_open(frame[-1])
            and not _goes_on(frame[0])
        ):
            ordered[-1] = [*above[:place], *frame, *above[place:]]
        else:
            ordered.append(frame)
    return ordered


def _orphan(frame: Sequence[Para]) -> int | None:
    """Place of a paragraph that begins within a sentence which nothing above it began."""
    for place in range(1, len(frame)):
        if _goes_on(frame[place]) and not is_open(frame[place - 1]):
            return place
    return None


def is_open(para: Para) -> bool:
    """Whether a text stops within a sentence."""
    ended = SENTENCE_END.search(para.text) or URL_END.search(para.text)
    return para.kind in ("paragraph", "list_item") and not ended and len(para.text) > OPEN_MINIMUM


def is_address(para: Para) -> bool:
    """Whether a text is nothing but a web address."""
    return bool(ADDRESS.fullmatch(para.text))


def _goes_on(para: Para) -> bool:
    return para.kind == "paragraph" and para.text[0].islower() and not is_address(para)


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) > 2]
