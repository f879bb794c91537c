"""A found passage with the question's words marked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from search27.app import formats, links
from search27.app.components.citation import heading_html, ways_on
from search27.app.markup import passage_html
from search27.app.texts import Texts
from search27.french import analyse, analyse_spans
from search27.types import Hit, Span


def matching_spans(text: str, question: str) -> list[Span]:
    """Words of `text` that share their stem with a word of the question."""
    wanted = set(analyse(question))
    return [span for term, span in analyse_spans(text) if term in wanted]


def card(hit: Hit, texts: Texts) -> None:
    """Draw a passage to start from."""
    with st.container(border=True, key="hit-start"):
        st.html(card_html(hit, "", texts))
        ways_on(links.to_hit(hit), links.original(hit.document.url, hit.passage.text), texts)


def group(hits: Sequence[Hit], question: str, place: int, texts: Texts) -> None:
    """Draw the hits of one publication under its title, best first."""
    with st.container(border=True, key=f"hit-{place}"):
        st.html(card_html(hits[0], question, texts))
        _ways_on(hits[0], texts)
        if len(hits) > 1:
            others = formats.count(len(hits) - 1, texts.search_others_one, texts.search_others_many, texts)
            with st.expander(others):
                for other in hits[1:]:
                    st.html(passage_only_html(other, question, texts))
                    _ways_on(other, texts)


def _ways_on(hit: Hit, texts: Texts) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        ways_on(links.to_hit(hit), links.original(hit.document.url, hit.passage.text), texts)
        st.button(
            texts.search_like,
            on_click=st.query_params.from_dict,
            args=(links.to_similar(hit),),
            key=f"like-{hit.passage.id}",
            type="tertiary",
            icon=":material/join_inner:",
        )


def passage_only_html(hit: Hit, question: str, texts: Texts) -> str:
    """Place and passage of a hit whose publication is named above it."""
    passage = hit.passage
    place = formats.place(passage, passage.pages, texts, hit.document.title)
    body = passage_html(passage.text, matching_spans(passage.text, question))
    return (
        f'<section class="s27-source"><p class="s27-facts">{escape(place)}</p>'
        f'<blockquote lang="{escape(hit.document.language)}">{body}</blockquote></section>'
    )


def card_html(hit: Hit, question: str, texts: Texts) -> str:
    """Title, kind, date, place, passage, and the other publications that hold the same text."""
    passage = hit.passage
    place = formats.place(passage, passage.pages, texts, hit.document.title)
    heading = heading_html(hit.document, place, texts)
    body = passage_html(passage.text, matching_spans(passage.text, question))
    titles = ", ".join(document.title for document in hit.also_in)
    also = f'<p class="s27-facts">{escape(texts.also_in.format(titles=titles))}</p>' if titles else ""
    return (
        f'<section class="s27-source">{heading}'
        f'<blockquote lang="{escape(hit.document.language)}">{body}</blockquote>{also}</section>'
    )
