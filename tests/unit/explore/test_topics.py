from __future__ import annotations

import numpy as np
from tests.builders import make_document

from search27.explore.topics import grouped, terms_of, topic_count
from search27.index.dense import normalised


def test_how_many_topics() -> None:
    assert [topic_count(n) for n in (0, 1, 2, 8, 50, 373)] == [1, 1, 1, 2, 5, 12]


def test_two_bundles_of_vectors_make_two_groups() -> None:
    vectors = normalised(np.array([[1, 0.1], [1, 0], [1, -0.1], [0.1, 1], [0, 1]], np.float32))
    groups, centres = grouped(vectors, 2)
    assert groups[0] == groups[1] == groups[2] != groups[3] == groups[4]
    assert np.allclose(np.linalg.norm(centres, axis=1), 1, atol=1e-6)
    again, _ = grouped(vectors, 2)
    assert (groups == again).all()


def test_equal_vectors_do_not_break_grouping() -> None:
    groups, centres = grouped(np.ones((4, 2), np.float32) / np.float32(2**0.5), 2)
    assert len(groups) == 4
    assert centres.shape == (2, 2)


def test_terms_tell_the_groups_apart_and_hold_no_names() -> None:
    documents = [
        make_document("La forêt partagée de Lille vit. Une forêt partagée.", title="Forêts"),
        make_document("Une forêt partagée, à Lille, un texte.", title="Arbres"),
        make_document("Le budget annuel, un texte.", title="Comptes"),
        make_document("Un budget annuel voté.", title="Comptes"),
    ]
    forest, money = terms_of(documents, np.array([0, 0, 1, 1]), 2)
    assert forest[0] == "forêt"
    assert money[0] in ("annuel", "budget")
    assert "lille" not in " ".join(forest).lower()
    assert "texte" not in forest + money
