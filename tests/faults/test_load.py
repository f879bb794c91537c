"""Fifty people ask while the index is rebuilt ten times: no error, and the figures that docs/operations.md shows.

Only in the long form. `FAULTS_LOAD_SECONDS` sets how long (300 by default); rebuilds shrink in proportion.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from tests.builders import write_markdown
from tests.conftest import STARTER
from tests.faults.conftest import LONG, article
from tests.faults.readers import Reader, resident_bytes
from tests.faults.tally import Tally

from search27 import build
from search27.config import Settings

USERS = 50
REBUILDS = 10
PAUSE = (5.0, 15.0)  # seconds in which a person reads before asking again
QUESTIONS = (
    "Qu'est-ce que La Synchro ?",
    "Combien de personnes compte l'équipe ?",
    "Quel est le budget de l'association ?",
    "Que deviennent les halles civiques ?",
    "Où le programme Rebonds se déroule-t-il ?",
    "Qui peut adhérer à l'association ?",
)

pytestmark = pytest.mark.skipif(not LONG, reason="the long form only (make faults)")


def test_fifty_users_during_rebuilds(tmp_path: Path, settings: Settings, tally: Tally) -> None:
    seconds = float(os.environ.get("FAULTS_LOAD_SECONDS", "300"))
    rebuilds = max(1, round(REBUILDS * seconds / 300))
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    shutil.copytree(STARTER, corpus)
    build(corpus, index)
    reader, ended = Reader(index, settings), threading.Event()
    reader.library().ask(QUESTIONS[0])

    def use(number: int) -> list[float]:
        chance, times = random.Random(number), []
        while not ended.wait(chance.uniform(*PAUSE)):
            started = time.monotonic()
            answer = reader.library().ask(chance.choice(QUESTIONS))
            times.append(time.monotonic() - started)
            assert answer.text
        return times

    before, began = resident_bytes(), time.monotonic()
    line = [sys.executable, "-m", "search27", "build", "--corpus", str(corpus), "--index", str(index)]
    with ThreadPoolExecutor(USERS) as threads:
        users = [threads.submit(use, number) for number in range(USERS)]
        try:
            for version in range(rebuilds):
                write_markdown(corpus, "note.md", title="Note", body=article("note", version))
                subprocess.run(line, check=True, capture_output=True, timeout=seconds + 300)
            ended.wait(max(0.0, began + seconds - time.monotonic()))
        finally:
            ended.set()
        times = [moment for user in users for moment in user.result()]
    took = time.monotonic() - began
    assert times
    middle, late = np.percentile(times, [50, 95])
    fault = f"{USERS} users during rebuilds"
    tally.held(4, fault, rebuilds)
    tally.note(
        4,
        fault,
        f"{len(times):,} questions in {took:.0f} s, no error; median {middle:.2f} s, p95 {late:.2f} s; "
        f"memory {before / 1e6:,.0f} MB, then {resident_bytes() / 1e6:,.0f} MB",
    )
