from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from search27.erasure import MASK, Name, rewritten
from search27.errors import SourceError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Selon Zoé Lîmar, oui.", "Selon (…), oui."),
        ("ZOE LIMAR et zoé\n lîmar", "(…) et (…)"),
        ("Zoe\u0301 Limar", "(…)"),
        ("Zoé Lîmarin et Azoé Lîmar", "Zoé Lîmarin et Azoé Lîmar"),
        ("Zoé&nbsp;Lîmar", "(…)"),
        ("Rien", "Rien"),
    ],
)
def test_a_name_is_taken_out_in_every_spelling(text: str, expected: str) -> None:
    assert Name("Zoé Lîmar").taken_out(text) == expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_it_is_gone_afterwards_and_the_rest_stays(before: str, after: str) -> None:
    name = Name("Zoé Lîmar")
    result = name.taken_out(f"{before} Zoé Lîmar {after}")
    assert not name.stands_in(result)
    assert MASK in result


@pytest.mark.parametrize("words", ["", "  ", "!?"])
def test_no_word_is_misuse(words: str) -> None:
    with pytest.raises(ValueError, match="no letter"):
        Name(words)


def test_json_is_searched_in_its_values(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"title": {"rendered": "Zoé Lîmar"}, "n": [1, "x"]}), encoding="utf-8")
    assert json.loads(rewritten(path, Name("zoe limar")) or b"") == {
        "title": {"rendered": MASK},
        "n": [1, "x"],
    }
    assert rewritten(path, Name("quelqu'un")) is None


@pytest.mark.parametrize(
    "line", ["title: Zoé Lîmar anime", "author: Zoé Lîmar", "authors: [Zoé Lîmar, Autre]"]
)
def test_yaml_stays_readable(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.pdf.meta.yaml"
    path.write_text(f"{line}\ndate: 2020-05-01\n", encoding="utf-8")
    left = yaml.safe_load(rewritten(path, Name("zoe limar")) or b"")
    assert left["date"] == date(2020, 5, 1)
    assert MASK in str(left)


def test_a_file_that_is_no_text_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match=r"a\.md"):
        rewritten(tmp_path / "a.md", Name("zoe"))
