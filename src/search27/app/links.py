"""Links to originals and into the app."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

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
    words = text.split()
    if not words or "#" in url:
        return url
    ends = [words] if len(words) <= 2 * FRAGMENT_WORDS else [words[:FRAGMENT_WORDS], words[-FRAGMENT_WORDS:]]
    return f"{url}#:~:text=" + ",".join(_encoded(" ".join(end)) for end in ends)


def _encoded(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")


def to_document(document_id: str) -> dict[str, str]:
    """Query parameters of a publication's page."""
    return {"doc": document_id}


def to_hit(hit: Hit) -> dict[str, str]:
    """Query parameters of a found passage in its publication."""
    return {"doc": hit.document.id, "passage": passage_number(hit.passage.id)}


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
