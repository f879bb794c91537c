"""Questions with their evidence, and passages as the encoder reads them, for training.

Our own questions (`questions.jsonl`) hold no source text: a quote is kept as the number of its words and a hash,
and found again by hashing every stretch of that many words in its document.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from search27.evaluation import SHARE_OF_QUOTE, fold, holds, is_document
from search27.extraction.sandbox import ExtractionPool
from search27.ingest import passage_input
from search27.passages import sentence_windows, split_document
from search27.sources.folder import discover
from search27.types import Span

PASSAGE_PROMPT = "passage: "
QUERY_PROMPT = "query: "
MAX_TOKENS = 512
NEAR_DUPLICATE = 0.5
"""Share of common word 4-grams from which a passage is no fair negative for another's question."""


@dataclass(frozen=True, slots=True)
class Text:
    """A passage: what is judged, what is encoded, and which tokens make each of its windows.

    Attributes:
        input: Context line and text, without prompt.
        windows: bool, (windows, tokens).
        shingles: Word 4-grams of the text.
    """

    document: str
    year: int
    text: str
    input: str
    spans: tuple[Span, ...]
    ids: tuple[int, ...]
    windows: NDArray[np.bool_]
    shingles: frozenset[tuple[str, ...]]

    def resembles(self, other: Text) -> bool:
        """Whether the two say the same in nearly the same words."""
        common = len(self.shingles & other.shingles)
        return common > NEAR_DUPLICATE * max(1, min(len(self.shingles), len(other.shingles)))


@dataclass(frozen=True, slots=True)
class Example:
    """An answerable question: `gold` maps the passages that hold its quotes to the window that does so best."""

    id: str
    type: str
    question: str
    documents: frozenset[str]
    gold: dict[int, int] = field(hash=False)


def load_tokenizer(folder: Path) -> Tokenizer:
    """The encoder's tokenizer, without padding."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def read_passages(corpus: Path, tokenizer: Tokenizer) -> list[Text]:
    """Extract the corpus and cut it into passages exactly as a build does."""

    def count_tokens(texts: Sequence[str]) -> list[int]:
        return [len(item.ids) for item in tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    texts = []
    with ExtractionPool() as pool:
        documents = [document for item in pool.run(discover(corpus)) for document in item.documents]
    for document in sorted(documents, key=lambda document: document.info.id):
        year = document.info.date.year if document.info.date else 0
        for passage in split_document(document, count_tokens):
            start = passage.span.start
            inner = [Span(start + w.start, start + w.end) for w in sentence_windows(passage.text)]
            given = passage_input(document, passage, inner)
            ids, masks = _tokens(tokenizer, given.text, given.windows)
            shingles = frozenset(_grams(passage.text, 4))
            texts.append(
                Text(document.info.id, year, passage.text, given.text, given.windows, ids, masks, shingles)
            )
    return texts


def _tokens(
    tokenizer: Tokenizer, text: str, windows: Sequence[Span]
) -> tuple[tuple[int, ...], NDArray[np.bool_]]:
    encoded = tokenizer.encode(PASSAGE_PROMPT + text)
    offsets = np.array(encoded.offsets[:MAX_TOKENS]) - len(PASSAGE_PROMPT)
    masks = np.zeros((len(windows), len(offsets)), bool)
    for row, window in enumerate(windows):
        inside = (offsets[:, 1] > window.start) & (offsets[:, 0] < window.end)
        masks[row] = inside & (offsets[:, 1] > offsets[:, 0])
        masks[row] |= not masks[row].any()
    return tuple(encoded.ids[:MAX_TOKENS]), masks


def read_examples(files: Iterable[Path], texts: Sequence[Text]) -> list[Example]:
    """Answerable questions of the files whose quotes stand in a passage; evidence may be quoted or hashed."""
    by_document: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        by_document.setdefault(text.document, []).append(number)
    examples = []
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            gold: dict[int, int] = {}
            found: set[str] = set()
            for evidence in row["evidence"]:
                for document in (name for name in by_document if is_document(name, str(evidence["doc"]))):
                    found.add(document)
                    gold |= _gold(evidence, by_document[document], texts)
            if gold:
                examples.append(Example(row["id"], row["type"], row["question"], frozenset(found), gold))
    return examples


def _gold(evidence: dict[str, Any], numbers: Sequence[int], texts: Sequence[Text]) -> dict[int, int]:
    quote = evidence.get("quote") or locate(evidence, " ".join(texts[n].text for n in numbers))
    if not quote:
        return {}
    grams = set(_grams(quote, 3))
    gold = {}
    for number in numbers:
        text = texts[number]
        if holds(text.text, quote):
            shared = [len(grams & set(_grams(text.input[s.start : s.end], 3))) for s in text.spans]
            gold[number] = int(np.argmax(shared)) if shared else 0
    return gold


def _grams(text: str, size: int) -> list[tuple[str, ...]]:
    found = words(text)
    return [tuple(found[n : n + size]) for n in range(len(found) - size + 1)]


def without_text(row: dict[str, Any], texts: Sequence[Text]) -> dict[str, Any]:
    """A question row whose quotes are replaced by word counts and hashes.

    Of a quote that does not stand in its document word for word, the longest run that does is kept.
    """
    evidence = []
    for item in row["evidence"]:
        source = words(" ".join(t.text for t in texts if is_document(t.document, str(item["doc"]))))
        run = _longest_run(words(item["quote"]), source)
        if run:
            evidence.append({"doc": str(item["doc"]), "words": len(run), "sha256": _digest(run)})
    return {"id": row["id"], "type": row["type"], "question": row["question"], "evidence": evidence}


def _longest_run(quoted: Sequence[str], source: Sequence[str]) -> Sequence[str]:
    joined = f" {' '.join(source)} "
    for size in range(len(quoted), int(SHARE_OF_QUOTE * len(quoted)), -1):
        for start in range(len(quoted) - size + 1):
            run = quoted[start : start + size]
            if f" {' '.join(run)} " in joined:
                return run
    return ()


def locate(evidence: dict[str, Any], text: str) -> str | None:
    """Find a hashed quote in a document's text; returns its folded words joined by blanks, or None."""
    found, size = words(text), int(evidence["words"])
    stretches = (found[start : start + size] for start in range(len(found) - size + 1))
    return next((" ".join(s) for s in stretches if _digest(s) == evidence["sha256"]), None)


def bucket(document: str) -> int:
    """Which fifth of the documents one belongs to, 0 to 4, the same under every name of it."""
    stem = document.rsplit("/", 1)[-1]
    return int(hashlib.sha256(stem.encode()).hexdigest(), 16) % 5


def words(text: str) -> list[str]:
    """Words as the evaluation compares them: lower case, without accents."""
    return re.findall(r"\w+", fold(text))


def _digest(folded: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(folded).encode()).hexdigest()
