"""The read side: one verified generation, opened once and shared by all who ask."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from search27 import learned
from search27.answer import followup
from search27.answer.extractive import answer_extractively, find
from search27.answer.generated import answer_generated
from search27.answer.generator import NOT_SET, Endpoint, endpoint_of
from search27.config import Settings, load_settings
from search27.embedding.encoder import Encoder
from search27.embedding.openvino import open_encoder
from search27.errors import GeneratorUnavailable, IndexCorrupt, IndexIncompatible, SourceNotFound
from search27.explore import atlas
from search27.french import language_of
from search27.index import generation, milvus, works
from search27.index.dense import DenseIndex
from search27.index.lexical import Lexical, LexicalIndex
from search27.index.store import Store
from search27.index.tokens import TokenIndex
from search27.ingest import ATLAS
from search27.reranker import Reranker
from search27.retrieval import Retriever, matches
from search27.reuse import PASSAGES, STORE, WINDOWS
from search27.types import (
    Answer,
    Document,
    DocumentInfo,
    Filters,
    Generation,
    GeneratorInfo,
    Hit,
    IndexStatus,
    Passage,
)
from search27.writing import LEXICAL, TWINS


class Library:
    """Search, answers and publications of one generation; safe to share between threads."""

    def __init__(
        self,
        folder: Path,
        manifest: generation.Manifest,
        encoder: Encoder,
        reranker: Reranker | None = None,
        endpoint: Endpoint | None = None,
        milvus_uri: str = "",
    ) -> None:
        identity = manifest.contents.encoder
        self.generation = folder.name
        self._manifest = manifest
        self._bytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        self._store = Store(folder / STORE)
        passages, windows, lexical = _read_indexes(folder, self._store, milvus_uri)
        found = {
            "documents": len(self._store.infos),
            "passages": len(self._store.document_of),
            "windows": len(self._store.passage_of),
        }
        if found != manifest.contents.counts or (len(passages), len(windows), len(lexical)) != (
            found["passages"],
            found["windows"],
            found["passages"],
        ):
            raise IndexCorrupt(
                f"{folder} holds {found}, its manifest says {manifest.contents.counts}. Run: search27 build"
            )
        tokens = TokenIndex.load(folder)
        weights = learned.fusion_weights(identity.name, identity.revision)
        self._answers = learned.answer_model(tokens.is_kept)
        self._retriever = Retriever(
            self._store,
            passages,
            windows,
            lexical,
            tokens,
            encoder,
            weights,
            reranker,
            works.load(folder / TWINS),
        )
        self._endpoint = endpoint
        self.atlas = atlas.load(folder / ATLAS)
        """What Explore shows."""

    @classmethod
    def open(cls, index: str | Path, settings: Settings | None = None) -> Self:
        """Open the current generation after checking every file.

        Args:
            index: Folder of generations.
            settings: Names the encoder, its cache and the language model; read from the environment where None.

        Raises:
            IndexNotFound: There is no index here yet.
            IndexCorrupt: A file is missing or differs from what was built.
            IndexIncompatible: Another format, or built with another encoder than the settings name.
            IndexStoreError: Milvus does not answer.
            EncoderUnavailable: The encoder or the reranker cannot be loaded.
            MissingExtra: The index needs the extra `milvus`.
        """
        settings = settings or load_settings()
        name = generation.current_name(Path(index))
        while True:
            try:
                return cls.open_generation(Path(index) / name, settings)
            except IndexCorrupt:
                former, name = name, generation.current_name(Path(index))
                # Builds may have replaced the generation and dropped it while it was read.
                if name == former:
                    raise

    @classmethod
    def open_generation(cls, folder: Path, settings: Settings) -> Self:
        """Open one generation's folder, current or not, after checking every file.

        Raises:
            IndexCorrupt: A file is missing or differs from what was built.
            IndexIncompatible: Another format, or built with another encoder than the settings name.
            IndexStoreError: Milvus does not answer.
            EncoderUnavailable: The encoder or the reranker cannot be loaded.
            MissingExtra: The index needs the extra `milvus`.
        """
        encoder = open_encoder(settings.encoder, settings.cache)
        manifest = generation.verify(folder)
        made_by, named = manifest.contents.encoder, encoder.identity
        if not named.understands(made_by):
            raise IndexIncompatible(
                f"The index was built with encoder {made_by.name!r} ({made_by.revision}), "
                f"the settings name {named.name!r} ({named.revision}). Run: search27 build"
            )
        reranker = Reranker(settings.reranker) if settings.reranker else None
        try:
            return cls(folder, manifest, encoder, reranker, endpoint_of(settings), settings.milvus_uri)
        except (OSError, sqlite3.Error) as error:
            raise IndexCorrupt(f"{folder} cannot be read ({error}). Run: search27 build") from error

    @staticmethod
    def current_generation(index: str | Path) -> str:
        """Name of the generation that `open` would read now.

        Raises:
            IndexNotFound: There is no index here yet.
            IndexCorrupt: The pointer to it is unreadable.
        """
        return generation.current_name(Path(index))

    @staticmethod
    def history(index: str | Path) -> list[Generation]:
        """The generations on disk, newest first; see `ingest.rollback`."""
        return generation.history(Path(index))

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Passages that answer a question, best first, near-duplicates folded.

        Args:
            question: Words or a sentence, French or English.
            k: How many at most, at least 1.
            filters: What to search among; a filter that matches nothing gives nothing.

        Returns:
            At most `k` hits; a higher score is better, within this list.

        Raises:
            ValueError: `k` is below 1.
            EncoderUnavailable: The encoder cannot be loaded.
            IndexStoreError: Milvus does not answer.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        if not question.strip():
            return []
        return self._retriever.search(question, k, filters)

    def similar(self, passage_id: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Passages of other publications that come nearest to one passage, best first.

        Args:
            passage_id: `DOCUMENT_ID#N`.
            k: How many at most, at least 1.
            filters: What to search among.

        Raises:
            SourceNotFound: The index holds no such passage.
            ValueError: `k` is less than 1.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        passage = self.passage(passage_id)
        candidates = self._retriever.retrieve(passage.text, filters)
        own = self._position(passage.document_id)
        others = candidates.at(self._store.document_of[candidates.positions] != own)
        return self._retriever.hits(others, k, language_of(passage.text))

    def ask(
        self,
        question: str,
        filters: Filters | None = None,
        history: Sequence[Answer] = (),
        generate: bool = False,
        on_text: Callable[[str], bool] | None = None,
    ) -> Answer:
        """Answer from the corpus with verbatim sentences, or say that it does not say.

        Args:
            question: A question, French or English.
            filters: Which publications may answer.
            history: Earlier answers of the conversation, oldest first; completes a follow-up, see `resolve`.
            generate: Let a language model write the answer; each of its sentences is verified. Where the
                endpoint fails, or nothing that it writes is supported, the answer is the verbatim one, with a notice.
            on_text: Gets the model's text as it comes, not yet verified, in pieces that may be empty; False ends
                the request, and the answer is the verbatim one.

        Returns:
            `question` is the one answered: a follow-up in its complete form.

        Raises:
            GeneratorUnavailable: `generate` is asked for and no language model is set.
            MissingExtra: `generate` is asked for without the extra `llm`.
            EncoderUnavailable: The encoder cannot be loaded.
            IndexStoreError: Milvus does not answer.
        """
        question = self.resolve(question, history)
        if generate and self._endpoint is None:
            raise GeneratorUnavailable(NOT_SET)
        found = find(question, self._retriever, self._store, self._answers, filters)
        answer = answer_extractively(question, found, self._retriever, self._store, self._answers)
        if not generate or self._endpoint is None or found is None:
            return answer
        return answer_generated(
            answer, found.pool.candidates, self._retriever, self._store, self._endpoint, on_text
        )

    def resolve(self, question: str, history: Sequence[Answer] = ()) -> str:
        """Complete a follow-up from the conversation (`et en 2024 ?`); unchanged where it stands on its own.

        Args:
            question: What the user typed.
            history: Earlier answers, oldest first.
        """
        return followup.resolve(question, history)

    @property
    def generator(self) -> GeneratorInfo | None:
        """Where a generated answer would come from, None where no language model is set."""
        return self._endpoint.info if self._endpoint else None

    def documents(self, filters: Filters | None = None) -> list[DocumentInfo]:
        """All publications that pass the filters, sorted by id."""
        return [info for info in self._store.infos if not filters or matches(info, filters)]

    def publication(self, document_id: str) -> Document:
        """One publication with its text, blocks and pages.

        Raises:
            SourceNotFound: The index holds no such publication.
        """
        return self._store.document(self._position(document_id))

    def info(self, document_id: str) -> DocumentInfo:
        """What is known of one publication, without its text.

        Raises:
            SourceNotFound: The index holds no such publication.
        """
        return self._store.infos[self._position(document_id)]

    def passage(self, passage_id: str) -> Passage:
        """One passage, by `DOCUMENT_ID#N`.

        Raises:
            SourceNotFound: The index holds no such passage.
        """
        document_id = passage_id.rpartition("#")[0]
        found = [passage for passage in self.passages(document_id) if passage.id == passage_id]
        if not found:
            raise SourceNotFound(f"The index holds no passage {passage_id!r}.")
        return found[0]

    def passages(self, document_id: str) -> list[Passage]:
        """A publication's passages in order.

        Raises:
            SourceNotFound: The index holds no such publication.
        """
        return self._store.passages(self._store.passages_of(self._position(document_id)))

    def _position(self, document_id: str) -> int:
        position = self._store.position(document_id)
        if position is None:
            raise SourceNotFound(f"The index holds no publication {document_id!r}.")
        return position

    def status(self) -> IndexStatus:
        """What this generation holds and what made it."""
        identity = self._manifest.contents.encoder
        return IndexStatus(
            self.generation,
            self._manifest.built_at,
            self._manifest.contents.counts["documents"],
            self._manifest.contents.counts["passages"],
            f"{identity.name} ({identity.revision})",
            identity.dimension,
            self._bytes,
            self._manifest.contents.failed,
        )

    def close(self) -> None:
        """Release the generation's files."""
        self._store.close()


def _read_indexes(folder: Path, store: Store, milvus_uri: str) -> tuple[DenseIndex, DenseIndex, Lexical]:
    """Passages, windows and full text of a generation."""
    if milvus.is_used(folder):
        return milvus.load(folder, milvus_uri, store)
    passages, windows = DenseIndex.load(folder, PASSAGES), DenseIndex.load(folder, WINDOWS)
    return passages, windows, LexicalIndex.load(folder / LEXICAL)
