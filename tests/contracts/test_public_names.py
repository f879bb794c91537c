"""Names that other programs rely on; a change here is a change of the public contract and of the CHANGELOG."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass

import pytest

import search27
from search27 import Library, evaluation, types

FIELDS = {
    types.Answer: "question text sentences citations abstained confidence nearest suggestions newer notice withheld",
    types.BuildReport: "generation documents passages passages_encoded passages_cached seconds added changed "
    "removed failed warnings",
    types.Citation: "number quote span passage document pages speaker",
    types.Document: "info text blocks pages links warnings",
    types.DocumentInfo: "id title date modified authors kind url categories language",
    types.FailedDocument: "id reason hint",
    types.Filters: "years kinds authors categories documents",
    types.Generation: "name built_at documents passages current",
    types.GeneratorInfo: "model host remote",
    types.Hit: "score passage document also_in",
    types.IndexStatus: "generation built_at documents passages encoder dimension bytes failed",
    types.PageRef: "number label",
    types.Passage: "id document_id text span pages heading paragraph",
    types.Sentence: "text citations verdict",
    types.Span: "start end",
    evaluation.Evaluation: "questions groups unanswerable abstained confidence_auroc against",
    evaluation.Scores: "n hit_at_1 hit_at_5 hit_at_10 mrr_at_10 doc_at_5 answered answer_right cites_gold",
}

PARAMETERS = {
    search27.build: "corpus index settings progress check leave anew",
    Library.open: "index settings",
    Library.search: "self question k filters",
    Library.ask: "self question filters history generate on_text",
    Library.similar: "self passage_id k filters",
    Library.resolve: "self question history",
    Library.documents: "self filters",
    Library.publication: "self document_id",
    Library.status: "self",
}


def test_the_package_offers_these_names() -> None:
    offered = "Answer BuildReport Citation Document Filters Hit Library Passage build"
    assert " ".join(search27.__all__) == offered
    assert all(hasattr(search27, name) for name in search27.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        search27.nothing  # noqa: B018


@pytest.mark.parametrize("cls", FIELDS, ids=lambda cls: cls.__name__)
def test_fields_keep_their_names(cls: type) -> None:
    assert is_dataclass(cls)
    assert [field.name for field in fields(cls)] == FIELDS[cls].split()


@pytest.mark.parametrize("function", PARAMETERS, ids=lambda function: function.__qualname__)
def test_parameters_keep_their_names(function: object) -> None:
    assert callable(function)
    assert " ".join(inspect.signature(function).parameters) == PARAMETERS[function]
