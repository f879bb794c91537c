from __future__ import annotations

import re
import string
from dataclasses import fields
from pathlib import Path

import pytest

import search27.app
from search27.app import formats
from search27.app.texts import LANGUAGES, Texts, french_spaces, texts_in
from search27.app.texts.en import ENGLISH
from search27.app.texts.fr import FRENCH
from search27.extraction.remarks import REMARKS, remark
from search27.types import KINDS

KEYS = [item.name for item in fields(Texts)]
PACKAGE = Path(search27.app.__file__).parent


def as_list(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return list(value.values() if isinstance(value, dict) else value)  # type: ignore[call-overload]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_say_it_with_the_same_placeholders(key: str) -> None:
    french, english = as_list(getattr(FRENCH, key)), as_list(getattr(ENGLISH, key))
    assert all(text.strip() for text in french + english)
    assert [placeholders(text) for text in french] == [placeholders(text) for text in english]


@pytest.mark.parametrize("key", KEYS)
def test_every_text_is_used(key: str) -> None:
    sources = [path for path in PACKAGE.rglob("*.py") if path.parent.name != "texts"]
    assert any(re.search(rf"\.{key}\b", path.read_text(encoding="utf-8")) for path in sources)


def test_no_page_holds_a_text_of_its_own() -> None:
    french = re.compile(r"[\"'][^\"'\n]*[éèêàùçœ][^\"'\n]*[\"']", re.IGNORECASE)
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name != "texts":
            body = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            found = [text for text in french.findall(body) if "27e Région" not in text]
            assert not found, path


def test_remarks_of_extraction_are_complete() -> None:
    for catalogue in (FRENCH, ENGLISH):
        assert {name: placeholders(text) for name, text in catalogue.remarks.items()} == {
            name: placeholders(text) for name, text in REMARKS.items()
        }


def test_a_remark_is_told_in_the_readers_language() -> None:
    told = formats.remark(remark("date_guessed", date="2025-12-31"), FRENCH)
    assert told.startswith("La date du 31 décembre 2025 a été devinée")
    assert (
        formats.remark("notes.meta.yaml: unknown key 'titel'.", FRENCH)
        == "notes.meta.yaml: unknown key 'titel'."
    )


def test_kinds_and_months_are_complete() -> None:
    for catalogue in (FRENCH, ENGLISH):
        assert set(catalogue.kinds) == set(KINDS)
        assert len(catalogue.months) == 12


def test_languages_and_the_fallback() -> None:
    assert [texts_in(code).language for code in LANGUAGES] == list(LANGUAGES)
    assert texts_in("xx").language == "fr"


@pytest.mark.parametrize("key", KEYS)
def test_french_texts_have_no_breakable_space_before_tall_punctuation(key: str) -> None:
    for text in as_list(getattr(texts_in("fr"), key)):
        assert not re.search(r" [;:?!»%]|« ", text)
        assert "'" not in text


def test_french_spaces() -> None:
    assert french_spaces("« Qu'est-ce ? » : 5 %") == ("«\u00a0Qu’est-ce\u202f?\u00a0»\u00a0: 5\u00a0%")
    assert french_spaces("https://a.fr:80/?q=1;2") == "https://a.fr:80/?q=1;2"
