"""robots.txt as RFC 9309 reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.sources.robots import parse_robots

WORDPRESS = (
    "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\nSitemap: https://a.example/s.xml"
)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/", True), ("/wp-admin/x", False), ("/wp-admin/admin-ajax.php", True), ("/wp-json/wp/v2/posts", True)],
)
def test_the_longest_rule_wins(path: str, allowed: bool) -> None:
    assert parse_robots(WORDPRESS).allows(path) is allowed


def test_our_own_group_comes_before_that_of_all() -> None:
    rules = parse_robots(
        "User-agent: *\nDisallow: /\n\nUser-agent: a\nUser-agent: Search27\nDisallow: /x # no\n"
    )
    assert rules.allows("/y")
    assert not rules.allows("/x/1")


def test_stars_and_ends_are_patterns() -> None:
    rules = parse_robots("User-agent: *\nDisallow: /*.pdf$\nDisallow: /a*b\nAllow: /a*bc\n")
    assert not rules.allows("/x/y.pdf")
    assert rules.allows("/x/y.pdf?v=1")
    assert not rules.allows("/a--b")
    assert rules.allows("/a--bc")


def test_a_rule_made_of_stars_is_answered_at_once() -> None:
    rules = parse_robots("User-agent: *\nDisallow: /" + "*a" * 30 + "b\nDisallow: /[x]?y")
    assert rules.allows("/" + "a" * 100)
    assert not rules.allows("/" + "a" * 100 + "b")
    assert not rules.allows("/[x]?y=1")
    assert rules.allows("/x1y")


def test_delay_and_sitemaps_are_kept() -> None:
    assert parse_robots(WORDPRESS).sitemaps == ("https://a.example/s.xml",)
    assert parse_robots("user-agent: *\ncrawl-delay: 2.5").delay == 2.5
    assert parse_robots("user-agent: *\ncrawl-delay: 86400").delay == 30.0
    assert parse_robots("Disallow: /").allows("/x")  # a rule of nobody


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert parse_robots(text).allows("/x") in (True, False)
