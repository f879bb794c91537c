"""The text that a language model wrote, as plain sentences with the passages they cite."""

from __future__ import annotations

import re

from search27.answer.prompts import without_controls
from search27.french import split_sentences

_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL | re.IGNORECASE)
_UNOPENED_THOUGHT = re.compile(r"\A.*</think>", re.DOTALL | re.IGNORECASE)
_PLACES = r"\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*"
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?")
_LINK = re.compile(rf"(?:(?P<citation>\[{_PLACES}\])|\[(?P<words>[^\]]*)\])\([^)]*\)")
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.|\b(?:javascript|data|mailto):)[^\s)\]»]*", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>|[<>]")
_MARK = re.compile(
    r"(?m)^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+)|[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}|^\s*[-*_]{3,}\s*$"
)
_LIST_NUMBER = re.compile(r"(?m)^\s{0,3}\d{1,2}[.)][^\S\n]+(?=[^\s\[])")
_NUMBERS = re.compile(rf"\s*\[({_PLACES})\]")
_NUMBER = re.compile(r"\s*\[(\d{1,3})\]")


def plain_text(raw: str) -> str:
    """The model's words without thoughts, links, images, markup and control characters; `[1]` stays."""
    text = _UNOPENED_THOUGHT.sub("", _THOUGHT.sub("", without_controls(raw)))
    text = _ADDRESS.sub("", _LINK.sub(_link_text, _IMAGE.sub("", text)))
    return _LIST_NUMBER.sub("\n", _MARK.sub("", _TAG.sub("", text))).strip()


def cited_sentences(raw: str) -> list[tuple[str, tuple[int, ...]]]:
    """Sentences of the model's text with the numbers that they cite, marks taken out."""
    text = _NUMBERS.sub(_apart, plain_text(raw))
    found: list[tuple[str, tuple[int, ...]]] = []
    for span in split_sentences(text):
        part = text[span.start : span.end]
        numbers = tuple(dict.fromkeys(map(int, _NUMBER.findall(part))))
        words = " ".join(_NUMBER.sub("", part).split())
        if any(map(str.isalnum, words)):
            found.append((words, numbers))
        elif found and numbers:
            found[-1] = (found[-1][0], tuple(dict.fromkeys((*found[-1][1], *numbers))))
    return found


def _link_text(match: re.Match[str]) -> str:
    """The words of a link; a citation that is one stays a citation."""
    return match["citation"] or match["words"]


def _apart(match: re.Match[str]) -> str:
    """`[1, 2]` as `[1][2]`."""
    return " " + "".join(f"[{number}]" for number in re.findall(r"\d+", match[1]))
