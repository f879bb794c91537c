from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from search27 import logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root, product = logging.getLogger(), logging.getLogger("search27")
    before = (root.handlers[:], root.level, product.level)
    stream = io.StringIO()
    logs.setup(["hunter2-secret"], stream)
    yield stream
    root.handlers[:], root.level, product.level = before[0], before[1], before[2]


def test_a_line_is_one_json_object_with_its_fields(written: io.StringIO) -> None:
    logging.getLogger("search27.app").info("Built %s", "gen-000002", extra={"documents": 3})
    row = json.loads(written.getvalue())
    assert row["event"] == "Built gen-000002"
    assert (row["level"], row["logger"], row["documents"]) == ("info", "search27.app", 3)
    assert row["timestamp"].endswith("Z")


def test_a_traceback_stands_in_its_line_without_secrets(written: io.StringIO) -> None:
    try:
        raise ValueError("the key hunter2-secret was refused")
    except ValueError:
        logging.getLogger("search27.app").exception("Incident %s", "ab12", extra={"incident": "ab12"})
    (line,) = written.getvalue().splitlines()
    assert "hunter2" not in line
    assert "ValueError: the key ***" in json.loads(line)["exception"]


def test_other_libraries_speak_from_warnings_on(written: io.StringIO) -> None:
    logging.getLogger("httpx").info("GET https://site.example/")
    assert written.getvalue() == ""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Authorization: Bearer abc.def-1", "Authorization: Bearer ***"),
        ('{"api_key": "abc123"}', '{"api_key": "***"}'),
        ("https://ana:motdepasse@site.example/", "https://***@site.example/"),
        ("password=abc123 next", "password=*** next"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_secrets_are_known_by_their_names(line: str, expected: str) -> None:
    assert logs.redacted(line, []) == expected
