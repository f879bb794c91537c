"""All texts of the app, one catalogue per language."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from functools import cache
from typing import Any

from search27.app.texts.catalogue import Texts
from search27.app.texts.en import ENGLISH
from search27.app.texts.fr import FRENCH

__all__ = ["LANGUAGES", "Texts", "french_spaces", "texts_in"]

LANGUAGES = ("fr", "en")

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"


def french_spaces(text: str) -> str:
    """French typography: no-break spaces before `; : ? ! %` and inside guillemets, curved apostrophes.

    Source: Lexique des règles typographiques en usage à l'Imprimerie nationale, table of spaces.
    """
    text = re.sub(r" ([;!?])", NARROW_NO_BREAK + r"\1", text)
    text = re.sub(r" ([:%»])", NO_BREAK + r"\1", text)
    return text.replace("« ", "«" + NO_BREAK).replace("'", "’")


def _typeset(value: Any) -> Any:
    if isinstance(value, str):
        return french_spaces(value)
    if isinstance(value, dict):
        return {key: french_spaces(text) for key, text in value.items()}
    return tuple(french_spaces(text) for text in value)


@cache
def texts_in(language: str) -> Texts:
    """Catalogue of a language; French for any other code."""
    if language == "en":
        return ENGLISH
    return replace(FRENCH, **{item.name: _typeset(getattr(FRENCH, item.name)) for item in fields(FRENCH)})
