"""The values that flow between stages and out to callers: frozen, slotted, without behaviour of their own.

Offsets are in characters of the repaired document text; pages are 1-based.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date as Day
from typing import Literal

Kind = Literal["report", "article", "deliverable", "page"]
KINDS: tuple[Kind, ...] = ("report", "article", "deliverable", "page")

BlockKind = Literal["heading", "paragraph", "list_item", "quote", "table", "caption", "note"]

Verdict = Literal["verbatim", "supported", "unsupported"]


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open character range `[start, end)` of a document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page as a reader names it: its place in the file (1-based) and the label printed on it."""

    number: int
    label: str


@dataclass(frozen=True, slots=True)
class PageSpan:
    """The part of a document's text that stands on one page."""

    page: PageRef
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph or the like: a span of the text. `level` is 1–6 for headings, else 0."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink of the source, `text` being its visible words."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What identifies and dates a publication, without its text.

    Attributes:
        id: Path relative to the corpus; a WordPress post's has no extension (`wordpress/10042`).
        date: Day of publication, None where the source gives none.
        modified: Day of the last change, None where unknown.
        kind: report, article, deliverable or page.
        language: ISO 639-1 code of the text, `fr` or `en`.
    """

    id: str
    title: str
    date: Day | None = None
    modified: Day | None = None
    authors: tuple[str, ...] = ()
    kind: Kind = "page"
    url: str = ""
    categories: tuple[str, ...] = ()
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Document:
    """A publication after extraction and repair.

    Attributes:
        text: Repaired text, blocks parted by one blank line.
        blocks: In reading order, without overlap; captions and notes come after the body.
        pages: In order, covering the text; `()` where the source has no pages.
        warnings: What extraction lost or guessed, in plain words.
    """

    info: DocumentInfo
    text: str
    blocks: tuple[Block, ...]
    pages: tuple[PageSpan, ...] = ()
    links: tuple[Link, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable stretch of one document.

    Attributes:
        id: `DOCUMENT_ID#N`, N being the passage's place in its document (0-based).
        text: At most 1,200 characters; exactly the document text's `span`.
        pages: Pages that the span touches; `()` where the source has no pages.
        heading: Nearest heading above, `""` where there is none.
        paragraph: 1-based number of the block in which the passage starts.
    """

    id: str
    document_id: str
    text: str
    span: Span
    pages: tuple[PageRef, ...] = ()
    heading: str = ""
    paragraph: int = 1


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question; a higher score is better, scores compare within one search only."""

    score: float
    passage: Passage
    document: DocumentInfo
    also_in: tuple[DocumentInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; an empty field narrows nothing.

    Attributes:
        years: First and last year, both included; None leaves that end open.
        kinds: Any of these kinds.
        authors: Any of these authors, compared without case or accents.
        categories: Any of these categories, compared without case or accents.
        documents: Any of these publications, by id.
    """

    years: tuple[int | None, int | None] = (None, None)
    kinds: tuple[Kind, ...] = ()
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote and where it stands.

    Attributes:
        number: 1-based, as shown in the answer (`[1]`).
        quote: Occurs verbatim in the document's text at `span`.
        pages: Pages that the quote itself touches.
        speaker: Whose words the publication quotes here; `""` where it speaks for itself.
    """

    number: int
    quote: str
    span: Span
    passage: Passage
    document: DocumentInfo
    pages: tuple[PageRef, ...] = ()
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, the numbers of the citations that carry it, and the verdict of verification."""

    text: str
    citations: tuple[int, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    """What the corpus says to a question, or that it does not say.

    Attributes:
        text: The sentences in order, with citation numbers in brackets left out; on abstention a plain statement.
        confidence: Between 0 and 1, how likely the answer rests on the right evidence.
        nearest: Publications closest to the question, filled on abstention.
        suggestions: Other ways to ask, from the corpus's own terms.
        newer: Citations from later publications on the same point; their numbers go on from `citations`.
        notice: What the reader should know of how the answer was made, `""` as a rule.
        withheld: What a language model wrote without support in the passages it cites; never part of `text`.
    """

    question: str
    text: str
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    abstained: bool = False
    confidence: float = 0.0
    nearest: tuple[DocumentInfo, ...] = ()
    suggestions: tuple[str, ...] = ()
    newer: tuple[Citation, ...] = ()
    notice: str = ""
    withheld: tuple[Sentence, ...] = ()

    @property
    def shown(self) -> tuple[Sentence, ...]:
        """The sentences for a reader's eye: an ellipsis opens a quote that begins within a sentence of its source."""
        before = ((), *(sentence.citations for sentence in self.sentences))
        return tuple(
            replace(sentence, text=f"… {sentence.text}")
            if sentence.verdict == "verbatim" and sentence.citations != last and sentence.text[:1].islower()
            else sentence
            for sentence, last in zip(self.sentences, before, strict=False)
        )


@dataclass(frozen=True, slots=True)
class GeneratorInfo:
    """Where questions and passages go when a language model is to write the answer.

    Attributes:
        host: Name or address of the endpoint, with its port where one is given.
        remote: Whether that is another machine than this one.
    """

    model: str
    host: str
    remote: bool


@dataclass(frozen=True, slots=True)
class FailedDocument:
    """A source that could not be indexed: why, and what a person can do about it."""

    id: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. Lists hold document ids, sorted.

    Attributes:
        passages_encoded: Passages that went through the encoder.
        passages_cached: New passages whose vectors the cache already had, from an index that was lost, say.
    """

    generation: str
    documents: int
    passages: int
    passages_encoded: int
    passages_cached: int
    seconds: float
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[FailedDocument, ...] = ()
    warnings: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def unchanged(self) -> bool:
        """Whether the index already held exactly this corpus."""
        return not (self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What an index holds and what made it.

    Attributes:
        generation: Name of the current generation, such as `gen-000042`.
        built_at: UTC time of the build, ISO 8601 to the second.
        encoder: Name and revision of the encoder.
        bytes: Size of the generation on disk.
        failed: Sources that the last build could not index.
    """

    generation: str
    built_at: str
    documents: int
    passages: int
    encoder: str
    dimension: int
    bytes: int
    failed: tuple[FailedDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation on disk: what it holds, and whether it is the one that is read.

    Attributes:
        name: Such as `gen-000042`.
        built_at: UTC time of the build, ISO 8601 to the second.
    """

    name: str
    built_at: str
    documents: int
    passages: int
    current: bool


@dataclass(frozen=True, slots=True)
class SyncItem:
    """One publication of a site: its id in the corpus, its title and its address there."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, or, after a dry run, what one would do. Rows are sorted by id.

    Attributes:
        site: Address of the site.
        dry_run: Whether this is only a plan: nothing was written.
        added: New publications brought into the corpus.
        changed: Publications whose content differs from what the corpus held.
        removed: Publications that the site no longer has, moved to the trash.
        held: Publications that the site no longer lists, too many to be removed without `allow_removals`.
        left_out: Publications that somebody took out of the corpus: they are not brought back.
        failed: What could not be fetched: why, and what happens next time.
        unchanged: How many publications the corpus held already.
        requests: How many requests the site was sent.
        build: What the build afterwards did, None where there was none.
        index_kept: Why the index stays at its former generation in spite of a build, `""` where it does not.
    """

    site: str
    dry_run: bool
    added: tuple[SyncItem, ...] = ()
    changed: tuple[SyncItem, ...] = ()
    removed: tuple[SyncItem, ...] = ()
    held: tuple[SyncItem, ...] = ()
    left_out: tuple[SyncItem, ...] = ()
    failed: tuple[FailedDocument, ...] = ()
    unchanged: int = 0
    requests: int = 0
    seconds: float = 0.0
    build: BuildReport | None = None
    index_kept: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a long operation: `done` of `total` units of `stage`.

    A sync lists what the site has (`listing`) and fetches publications (`fetching`); a build reads documents,
    encodes passages and writes the index.
    """

    stage: Literal["listing", "fetching", "documents", "passages", "index"]
    done: int
    total: int
    label: str = ""
