"""A question on its way: answered in a thread of its own, so that the page can show progress and stop it."""

from __future__ import annotations

import threading

from search27.library import Library
from search27.types import Answer, Filters, Hit

QUESTION_CHARACTERS = 500
NEARBY = 20


class Asking:
    """One question being answered.

    Attributes:
        question: As it was asked.
        filters: Which publications may answer.
        generate: Whether a language model writes the answer.
        draft: What the language model has written so far, not verified.
        stopped: Whether the language model is to write no further.
        answer: The answer once there is one.
        nearby: Passages found for the question, best first.
        error: What went wrong instead.
    """

    def __init__(self, library: Library, question: str, filters: Filters, generate: bool = False) -> None:
        self.question = question
        self.filters = filters
        self.generate = generate
        self.draft = ""
        self.answer: Answer | None = None
        self.nearby: tuple[Hit, ...] = ()
        self.error: Exception | None = None
        self.stopped = False
        self._done = threading.Event()
        threading.Thread(target=self._run, args=(library,), daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; whether it is done."""
        return self._done.wait(seconds)

    def stop(self) -> None:
        """Let the language model write no further; the answer becomes the verbatim one."""
        self.stopped = True

    def _run(self, library: Library) -> None:
        try:
            self.answer = library.ask(self.question, self.filters, generate=self.generate, on_text=self._take)
            self.nearby = tuple(library.search(self.question, NEARBY, self.filters))
        except Exception as error:
            # Shown and logged by the page that waits for it.
            self.error = error
        finally:
            self._done.set()

    def _take(self, text: str) -> bool:
        self.draft += text
        return not self.stopped
