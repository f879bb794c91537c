"""Whole systems: txtai, LlamaIndex and search27, each set up as its own documentation does it."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.baselines import texts_bytes
from benchmarks.material import Material
from benchmarks.systems import System, folder_bytes
from search27.config import load_settings
from search27.embedding.bundled import PROMPTS
from search27.embedding.openvino import open_encoder
from search27.embedding.vector_cache import FILE as VECTORS
from search27.errors import MissingExtra
from search27.types import Hit, Passage, Span

PURPOSE = "Comparing with other systems"
BUDGET_TOKENS, BUDGET_OVERLAP = 240, 40
"""Cuts LlamaIndex's chunks to the size of search27's passages: at most some 1,200 characters with the title."""


def txtai(material: Material, index: Path) -> list[System]:
    """Hybrid search (dense and BM25, equal weights); gets search27's passages, since it cuts nothing."""
    try:
        from txtai import Embeddings
    except ImportError as error:
        raise MissingExtra("bench", PURPOSE) from error
    units = material.units
    start = time.perf_counter()
    embeddings = Embeddings(path=str(material.model), hybrid=True)
    embeddings.index((place, unit.indexed, None) for place, unit in enumerate(units))
    seconds = time.perf_counter() - start

    def search(question: str, k: int) -> list[Hit]:
        return [units[place].hit(float(score)) for place, score in embeddings.search(question, k)]

    with tempfile.TemporaryDirectory() as folder:
        embeddings.save(folder)
        size = folder_bytes(Path(folder)) + texts_bytes(units)
    return [System("txtai (hybrid)", search, seconds, size, len(units))]


def llamaindex(material: Material, index: Path) -> list[System]:
    """The vector index with its default chunks (1,024 tokens, 200 in common), then with chunks of our size."""
    try:
        from llama_index.core.node_parser import SentenceSplitter
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding
        from transformers import AutoTokenizer
    except ImportError as error:
        raise MissingExtra("bench", PURPOSE) from error
    encoder = HuggingFaceEmbedding(
        str(material.model),
        query_instruction=PROMPTS["query"],
        text_instruction=PROMPTS["document"],
        device="cpu",
    )
    tokenizer = AutoTokenizer.from_pretrained(str(material.model)).tokenize
    alike = SentenceSplitter(chunk_size=BUDGET_TOKENS, chunk_overlap=BUDGET_OVERLAP, tokenizer=tokenizer)
    return [
        _llamaindex("LlamaIndex (its defaults)", material, encoder, SentenceSplitter()),
        _llamaindex("LlamaIndex (passages of our size)", material, encoder, alike),
    ]


def _llamaindex(name: str, material: Material, encoder: Any, splitter: Any) -> System:
    from llama_index.core import Document, VectorStoreIndex

    infos = {document.info.id: document.info for document in material.documents}
    texts = [
        Document(doc_id=d.info.id, text=d.text, metadata={"title": d.info.title}) for d in material.documents
    ]
    start = time.perf_counter()
    index = VectorStoreIndex.from_documents(texts, embed_model=encoder, transformations=[splitter])
    seconds = time.perf_counter() - start
    retrievers: dict[int, Any] = {}

    def search(question: str, k: int) -> list[Hit]:
        if k not in retrievers:
            retrievers[k] = index.as_retriever(similarity_top_k=k)
        hits = []
        for found in retrievers[k].retrieve(question):
            node = found.node
            text, info = node.get_content(), infos[node.ref_doc_id]
            passage = Passage(node.node_id, info.id, text, Span(0, len(text)))
            hits.append(Hit(float(found.score), passage, info))
        return hits

    with tempfile.TemporaryDirectory() as folder:
        index.storage_context.persist(folder)
        size = folder_bytes(Path(folder))
    return System(name, search, seconds, size, len(index.docstore.docs))


def search27(material: Material, index: Path) -> list[System]:
    """The product through its public interface; its build time includes the extraction of the texts.

    Vectors of earlier builds are forgotten; the model's one-time conversion is not part of the build time.
    """
    from search27 import Library, build

    settings = load_settings(cache=index.parent / "benchmark-cache")
    (settings.cache / VECTORS).unlink(missing_ok=True)
    open_encoder(settings.encoder, settings.cache).encode_query("")
    report = build(material.corpus, index, settings)
    library = Library.open(index, settings)
    fresh = report.passages_encoded == report.passages
    return [
        System(
            "search27",
            lambda question, k: library.search(question, k),
            report.seconds if fresh else None,
            library.status().bytes,
            report.passages,
        )
    ]
