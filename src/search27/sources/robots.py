"""What a site's robots.txt lets us fetch.

Source: RFC 9309: the group of our own name, else that of `*`; the longest matching rule wins, `Allow` on a tie.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass

PRODUCT = "search27"
MAXIMUM_BYTES = 500_000
MAXIMUM_DELAY = 30.0


@dataclass(frozen=True, slots=True)
class Robots:
    """Rules for this program, and where the site's sitemaps lie.

    Attributes:
        rules: Path patterns and whether they allow.
        delay: Seconds between requests that the site asks for, 0 where it asks for none.
    """

    rules: tuple[tuple[str, bool], ...] = ()
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()

    def allows(self, path: str) -> bool:
        """Whether a path (with its query) may be fetched."""
        matching = [
            (len(pattern), allowed) for pattern, allowed in self.rules if _pattern(pattern).match(path)
        ]
        return max(matching)[1] if matching else True


def parse_robots(text: str) -> Robots:
    """Read a robots.txt; lines that say nothing known are skipped."""
    groups: dict[str, list[tuple[str, str]]] = {}
    names: list[str] = []
    sitemaps: list[str] = []
    in_rules = False
    for line in text.lstrip("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if key == "sitemap" and value:
            sitemaps.append(value)
        elif key == "user-agent":
            names = [] if in_rules else names
            in_rules = False
            names.append(value.lower())
            groups.setdefault(value.lower(), [])
        elif colon and key in ("allow", "disallow", "crawl-delay"):
            in_rules = True
            for name in names:
                groups[name].append((key, value))
    lines = groups.get(PRODUCT, groups.get("*", []))
    rules = tuple((value, key == "allow") for key, value in lines if key != "crawl-delay" and value)
    delays = [value for key, value in lines if key == "crawl-delay" and re.fullmatch(r"\d+(\.\d+)?", value)]
    return Robots(rules, min(float(delays[0]), MAXIMUM_DELAY) if delays else 0.0, tuple(sitemaps))


def _pattern(rule: str) -> re.Pattern[str]:
    """`*` stands for anything, `$` at the end for the end."""
    body, end = (rule[:-1], "") if rule.endswith("$") else (rule, "*")
    # fnmatch's pattern cannot be made to try again without end; only `*` may keep its meaning.
    return re.compile(fnmatch.translate(re.sub(r"[?\[]", r"[\g<0>]", body) + end))
