from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from search27.app.texts import Texts, texts_in

ROOT = Path(__file__).parents[3]
TIMEOUT_SECONDS = 60

Visit = Callable[..., AppTest]


@pytest.fixture
def fr() -> Texts:
    return texts_in("fr")


@pytest.fixture
def en() -> Texts:
    return texts_in("en")


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """Open a page of the app on an index: `visit(index, "rechercher", mots="budget")`."""
    st.cache_resource.clear()

    def opened(index: Path, path: str = "", corpus: Path = ROOT / "corpus", **query: str) -> AppTest:
        monkeypatch.setenv("SEARCH27_INDEX", str(index))
        monkeypatch.setenv("SEARCH27_CORPUS", str(corpus))
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=TIMEOUT_SECONDS).run()
        # AppTest switches to pages that are files only; ours are functions.
        app._page_hash = next(
            key for key, page in app._registered_pages.items() if page["url_pathname"] == path
        )
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    yield opened
    st.cache_resource.clear()


def shown(app: AppTest) -> str:
    """All the HTML and Markdown on the page, without its style sheet."""
    pieces = [*(item.proto.body for item in app.html), *(item.value for item in app.markdown)]
    return "\n".join(piece for piece in pieces if not piece.startswith("<style>"))
