"""What the fault tests counted: promise, fault, cases that held. `results.json` feeds docs/operations.md."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"


@dataclass(slots=True)
class Tally:
    """Cases by promise number and fault; a case is counted once it held, so that every count is a success."""

    long: bool
    cases: dict[tuple[int, str], int] = field(default_factory=dict)
    notes: dict[tuple[int, str], str] = field(default_factory=dict)

    def held(self, promise: int, fault: str, count: int = 1) -> None:
        """Count cases of a fault after which the promise held."""
        self.cases[promise, fault] = self.cases.get((promise, fault), 0) + count

    def note(self, promise: int, fault: str, text: str) -> None:
        """Say what was measured beside the count."""
        self.notes[promise, fault] = text

    def write(self, path: Path = RESULTS) -> None:
        """Replace the rows of the faults that ran; those of others stay as they were measured."""
        rows = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        known = {(row["promise"], row["fault"]): row for row in rows}
        today = datetime.now(UTC).date().isoformat()
        for (promise, fault), count in self.cases.items():
            known[promise, fault] = {
                "promise": promise,
                "fault": fault,
                "cases": count,
                "note": self.notes.get((promise, fault), ""),
                "date": today,
                "python": platform.python_version(),
            }
        ordered = [known[key] for key in sorted(known)]
        path.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
