"""Typeset the starter report: `tests/starter/rapport.typ` → `corpus/rapport-activite-2025-synthese.pdf`.

Needs the `typst` package, which search27 itself does not: install it into an environment of its own,
then run `python tests/starter/typeset.py`. Typst's own fonts and the document's fixed date make the
same source give the same bytes with the same version of `typst` (0.15.2 made the file in `corpus/`).
"""

from datetime import UTC, datetime
from pathlib import Path

import typst

HERE = Path(__file__).parent
SOURCE = HERE / "rapport.typ"
TARGET = HERE.parents[1] / "corpus" / "rapport-activite-2025-synthese.pdf"
CLOSING_DAY = datetime(2025, 12, 31, 12, tzinfo=UTC)

if __name__ == "__main__":
    typst.compile(SOURCE, output=TARGET, ignore_system_fonts=True, timestamp=int(CLOSING_DAY.timestamp()))
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")
