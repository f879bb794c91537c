"""Links to originals and into the app."""

from __future__ import annotations

from itertools import dropwhile, takewhile
from urllib.parse import quote, urlsplit

from search27.explore.atlas import Excerpt
from search27.types import Citation, Hit

FRAGMENT_WORDS = 5


def is_web(url: str) -> bool:
    """Whether a URL of the corpus may become a link: `http` or `https` with a host, nothing else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def original(url: str, text: str = "") -> str:
    """The original's address, scrolled to `text` where the browser can; `""` when it is no web address.

    Source: WICG Scroll To Text Fragment, `#:~:text=start,end`.
    """
    if not is_web(url):
        return ""
    ends = _ends(text)
    if not ends or "#" in url:
        return url
    return f"{url}#:~:text=" + ",".join(_encoded(" ".join(end)) for end in ends)


def _ends(text: str) -> list[list[str]]:
    """First and last words of a quote, or all of a short one.

    A browser compares spaces literally and within one block: the words stop where the original may have a
    no-break space (before a lone punctuation mark) or another block.
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if not lines:
        return []
    first, last = _run(lines[0]), _run(lines[-1][::-1])[::-1]
    if len(lines) > 1 or len(lines[0]) > 2 * FRAGMENT_WORDS:
        return [end for end in (first, last) if end]
    whole = lines[0]
    return [whole if all(map(_is_word, whole)) else first] if first else []


def _run(words: list[str]) -> list[str]:
    started = list(dropwhile(lambda word: not _is_word(word), words))
    return list(takewhile(_is_word, started))[:FRAGMENT_WORDS]


def _is_word(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _encoded(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")


def to_document(document_id: str) -> dict[str, str]:
    """Query parameters of a publication's page."""
    return {"doc": document_id}


def to_hit(hit: Hit) -> dict[str, str]:
    """Query parameters of a found passage in its publication."""
    return {"doc": hit.document.id, "passage": passage_number(hit.passage.id)}


def to_similar(hit: Hit) -> dict[str, str]:
    """Query parameters of a search for passages like a found one."""
    return {"comme": hit.passage.id}


def to_excerpt(excerpt: Excerpt) -> dict[str, str]:
    """Query parameters of an excerpt in its publication."""
    return {"doc": excerpt.document_id, "quote": excerpt.text}


def to_explore(section: str, name: str, value: str) -> dict[str, str]:
    """Query parameters of one thing in a section of Explore."""
    return {"voir": section, name: value}


def to_citation(citation: Citation) -> dict[str, str]:
    """Query parameters of a quote in its publication."""
    return {
        "doc": citation.document.id,
        "passage": passage_number(citation.passage.id),
        "quote": citation.quote,
    }


def passage_number(passage_id: str) -> str:
    """The `N` of `DOCUMENT_ID#N`."""
    return passage_id.rpartition("#")[2]
