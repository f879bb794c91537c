"""What all systems are given alike: extracted documents, passages, questions and the encoder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from search27.config import Settings
from search27.embedding.bundled import bundled_folder
from search27.embedding.encoder import SentenceTransformerEncoder
from search27.errors import EmptyDocument
from search27.extraction.sandbox import ExtractionPool
from search27.passages import context, split_document
from search27.sources.folder import discover
from search27.types import Document, DocumentInfo, Hit, Passage

ENCODER = "bundled-base"
"""multilingual-e5-small as published: no peer gets search27's adaptation of it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of text that a system ranks: what it indexes, and what is shown and judged."""

    indexed: str
    passage: Passage
    document: DocumentInfo

    def hit(self, score: float) -> Hit:
        """The unit as a search result."""
        return Hit(score, self.passage, self.document)


@dataclass(frozen=True, slots=True)
class Material:
    """The common ground of a comparison.

    Attributes:
        units: search27's passages, indexed under their document's title and heading as search27 does it.
        model: Folder of the encoder.
        fingerprint: Changes with texts, passages, questions and encoder.
    """

    documents: tuple[Document, ...]
    units: tuple[Unit, ...]
    corpus: Path
    questions: Path
    model: Path
    fingerprint: str


def gather(corpus: Path, questions: Path, settings: Settings) -> Material:
    """Extract the corpus and cut it into passages.

    Raises:
        SourceNotFound: The corpus folder does not exist.
        EmptyDocument: No document of the corpus could be read.
    """
    with ExtractionPool() as pool:
        documents = tuple(d for item in pool.run(discover(corpus)) for d in item.documents)
    if not documents:
        raise EmptyDocument(f"No document in {corpus} could be read. Name another folder with --corpus.")
    encoder = SentenceTransformerEncoder(ENCODER, settings.cache)
    units = tuple(
        Unit(context(document.info, passage) + passage.text, passage, document.info)
        for document in documents
        for passage in split_document(document, encoder.count_tokens)
    )
    digest = hashlib.sha256(questions.read_bytes() if questions.is_file() else b"")
    for text in (str(encoder.identity), *(d.text for d in documents), *(u.indexed for u in units)):
        digest.update(hashlib.sha256(text.encode()).digest())
    model = bundled_folder(settings.cache, ENCODER)
    return Material(documents, units, corpus, questions, model, digest.hexdigest()[:16])
