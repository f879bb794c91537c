"""The only scripts of the app: constants, allowed by their hash in the content security policy.

They never hold text of the corpus or of the reader.
"""

from __future__ import annotations

import base64
import hashlib

import streamlit as st

from search27.app.reader import CITED
from search27.app.texts import LANGUAGES

PAGE_LANGUAGE = {code: f'document.documentElement.lang="{code}"' for code in LANGUAGES}
MARKED = "s27-marked"
SHOW_CITED = f'document.getElementById("{CITED}")?.scrollIntoView({{block:"center"}})'
SHOW_MARKED = (
    '{let looks = 50; const look = () => {const image = document.querySelector("[role=dialog] img"); '
    f'if (image?.naturalHeight) document.getElementById("{MARKED}")?.scrollIntoView({{block:"center"}}); '
    "else if (looks--) setTimeout(look, 100)}; look()}"
)
"""Once the page's image is there and has its height, which it gets after the script: looked for during five seconds."""


def run(script: str) -> None:
    """Run one of this module's scripts in the page."""
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def hashes() -> list[str]:
    """CSP source expressions that allow exactly these scripts."""
    return [source_hash(script) for script in (*PAGE_LANGUAGE.values(), SHOW_CITED, SHOW_MARKED)]


def source_hash(script: str) -> str:
    """CSP source expression of one inline script.

    Source: W3C Content Security Policy Level 3, section 2.3.1 (`hash-source`).
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
