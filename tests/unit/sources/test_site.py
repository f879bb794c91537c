"""Which addresses belong to a site."""

from __future__ import annotations

import pytest

from search27.errors import ConfigError
from search27.sources.site import AddressRefused, Site

SITE = Site.parse("https://www.example.org")


def test_an_address_is_read_as_a_person_writes_it() -> None:
    assert Site.parse("example.org").address == "https://example.org/"
    assert Site.parse("http://Example.org:8080/blog").address == "http://example.org:8080/blog/"
    assert Site.parse("https://été.example").host == "xn--t-9fab.example"
    assert Site.parse("http://[::1]:8000").folder == "--1"


@pytest.mark.parametrize(
    "address",
    ["ftp://example.org", "file:///etc/passwd", "https://", "http://u:p@example.org", "https://..", "."],
)
def test_what_is_no_site_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match=r"https://www\.example\.org"):
        Site.parse(address)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("/un/", "https://www.example.org/un/"),
        ("http://example.org/un/#suite", "https://www.example.org/un/"),
        ("HTTPS://WWW.EXAMPLE.ORG/un?utm_source=x&page=2", "https://www.example.org/un?page=2"),
        ("/a b/é.pdf", "https://www.example.org/a%20b/%C3%A9.pdf"),
        ("/index.php?rest_route=/wp/v2/posts", "https://www.example.org/index.php?rest_route=/wp/v2/posts"),
    ],
)
def test_an_address_has_one_form(url: str, canonical: str) -> None:
    assert SITE.canonical(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "https://www.example.org.evil.example/",
        "https://www.example.org@evil.example/",
        "https://user:secret@www.example.org/",
        "https://www.example.org:22/",
        "http://127.0.0.1/",
        "http://2130706433/",
        "//169.254.169.254/latest",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://[::1",
    ],
)
def test_what_is_not_of_the_site_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        SITE.canonical(url)
    with pytest.raises(AddressRefused):
        SITE.checked(url)
