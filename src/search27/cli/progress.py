"""Progress bars on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from search27.types import GeneratorInfo, Progress

TITLES = {
    "listing": "Listing the site",
    "fetching": "Fetching",
    "documents": "Reading documents",
    "passages": "Encoding passages",
    "index": "Writing the index",
}


@contextmanager
def build_bars() -> Iterator[Callable[[Progress], None]]:
    """Give a function that draws one bar for each stage of a build."""
    with _bars() as bars:
        tasks: dict[str, TaskID] = {}

        def show(step: Progress) -> None:
            if step.stage not in tasks:
                tasks[step.stage] = bars.add_task(TITLES[step.stage], total=step.total)
            bars.update(tasks[step.stage], completed=step.done, total=step.total)

        yield show


@contextmanager
def question_bar() -> Iterator[Callable[[int, int], None]]:
    """Give a function that draws how many questions were asked."""
    with _bars() as bars:
        task = bars.add_task("Asking questions", total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


@contextmanager
def writing(generator: GeneratorInfo) -> Iterator[Callable[[str], bool]]:
    """Say where the question goes; give a function that shows how much of the answer has come."""
    console = Console(stderr=True)
    if generator.remote:
        told = f"The question and the passages found go to {generator.host}, another machine."
        console.print(told, markup=False, highlight=False)
    characters = 0
    with console.status(f"{generator.model} is writing") as status:

        def show(piece: str) -> bool:
            nonlocal characters
            characters += len(piece)
            status.update(f"{generator.model} is writing: {characters} characters, not yet verified")
            return True

        yield show


def _bars() -> Bars:
    return Bars(
        TextColumn("{task.description:<18}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
    )
