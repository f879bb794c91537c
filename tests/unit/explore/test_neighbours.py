from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tests.builders import make_document

from search27.explore.neighbours import address, cited_by, related
from search27.types import Document, Link

SITE = "https://www.example.org"


def publication(name: str, year: int, *links: str) -> Document:
    document = make_document("Texte", id=f"wordpress/{name}", url=f"{SITE}/{name}/", date=date(year, 1, 1))
    return replace(document, links=tuple(Link(url, "lien") for url in links))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.example.org/un-titre/", "example.org/un-titre"),
        ("http://example.org/un-titre?utm=1#note", "example.org/un-titre"),
        ("https://example.org/?p=12", "example.org?p=12"),
        ("mailto:a@example.org", ""),
        ("http://[", ""),
    ],
)
def test_addresses_are_compared_without_what_does_not_matter(url: str, expected: str) -> None:
    assert address(url) == expected


def test_who_links_to_whom_oldest_first() -> None:
    documents = [
        publication("1", 2022, f"{SITE}/2", f"{SITE}/2/#fin", f"{SITE}/1/", "https://elsewhere.org/2/"),
        publication("2", 2020),
        publication("3", 2021, "http://example.org/?p=2"),
    ]
    assert cited_by(documents) == {"wordpress/2": ("wordpress/3", "wordpress/1")}


def test_the_most_alike_come_first_and_never_itself() -> None:
    documents = [publication(str(n), 2020) for n in range(3)]
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1]], np.float32)
    found = related(documents, vectors)
    assert found["wordpress/0"] == ("wordpress/1", "wordpress/2")
    assert found["wordpress/2"] == ("wordpress/1", "wordpress/0")
    assert related(documents[:1], vectors[:1]) == {"wordpress/0": ()}
