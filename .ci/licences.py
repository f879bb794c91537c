"""Write docs/licences.md: name, version and licence of every installed package, from its own metadata."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

TARGET = Path(__file__).parents[1] / "docs" / "licences.md"
LONGEST = 60  # characters; longer ones are whole texts instead of names
HEAD = """# Licences

What `make install` brings in besides search27 (MIT), as the packages themselves state it. Written by `make licences`.

| package | version | licence |
|---|---|---|
"""


def licence_of(package: metadata.Distribution) -> str:
    """The licence by its SPDX expression, else by its classifiers, else as free text."""
    stated = package.metadata.get("License-Expression")
    named = [
        row.rpartition(" :: ")[2]
        for row in package.metadata.get_all("Classifier") or ()
        if "License ::" in row
    ]
    free = (package.metadata.get("License") or "").strip().splitlines()
    found = stated or ", ".join(named) or (free[0] if free else "")
    return found if 0 < len(found) <= LONGEST else "see the package"


def main() -> None:
    """Write the table."""
    packages = {item.metadata["Name"]: item for item in metadata.distributions() if item.metadata["Name"]}
    rows = [
        f"| {name} | {packages[name].version} | {licence_of(packages[name])} |"
        for name in sorted(packages, key=str.lower)
        if name != "search27"
    ]
    TARGET.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
