from __future__ import annotations

import numpy as np
import pytest
from benchmarks import scale, speed

from search27.embedding.tokens import TOKEN
from search27.index.dense import normalised
from search27.index.store import Entry
from search27.reuse import Part
from search27.types import Document, DocumentInfo, Passage, Span


def _real() -> Part:
    texts = ["un deux trois", "quatre cinq"]
    passages = (
        Passage("a#0", "a", texts[0], Span(0, 13)),
        Passage("a#1", "a", texts[1], Span(15, 26)),
    )
    windows = ((Span(0, 7), Span(3, 13)), (Span(15, 26),))
    document = Document(DocumentInfo("a", "A"), "\n\n".join(texts), ())
    random = np.random.default_rng(0)
    return Part(
        Entry(document, "a", "", passages, windows),
        normalised(random.normal(size=(2, 4))),
        normalised(random.normal(size=(3, 4))),
        [np.zeros(3, TOKEN), np.zeros(2, TOKEN)],
        [text.split() for text in texts],
    )


def test_drawn_documents_have_real_lengths_words_and_windows() -> None:
    parts = list(scale.draw([_real()], 30))
    assert [len(entry.passages) for entry, *_ in parts] == [12, 12, 6]
    for entry, vectors, windows, tokens, _ in parts:
        assert [len(records) for records in tokens] == [len(text.text.split()) for text in entry.passages]
        assert len(vectors) == len(entry.passages)
        assert len(windows) == sum(map(len, entry.windows))
        assert np.linalg.norm(np.concatenate([vectors, windows]), axis=1) == pytest.approx(1, abs=1e-5)
        for passage, spans in zip(entry.passages, entry.windows, strict=True):
            assert passage.text == entry.document.text[passage.span.start : passage.span.end]
            assert set(passage.text.split()) <= {"un", "deux", "trois", "quatre", "cinq"}
            assert (len(passage.text.split()), len(spans)) in {(3, 2), (2, 1)}
            assert (spans[0].start, spans[-1].end) == (passage.span.start, passage.span.end)


def test_drawing_is_repeatable() -> None:
    first, second = (list(scale.draw([_real()], 5)) for _ in range(2))
    assert first[0][0] == second[0][0]
    assert np.array_equal(first[0][1], second[0][1])


def test_times_says_how_much_better_search27_is() -> None:
    assert speed._compared("tokens a second", 300, 200)["times"] == 1.5
    assert speed._compared("build", 10, 25, "s")["times"] == 2.5
