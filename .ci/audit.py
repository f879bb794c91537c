"""Known weaknesses of the pinned packages, by pip-audit; says plainly where nothing could be audited.

`.ci/audit-allow.txt` lists advisories that do not matter here, each with its reason. Exit status 1: a weakness that is
not allowed, or, with REQUIRE_AUDIT=1, no audit.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PINS = HERE.parent / "constraints.txt"
ALLOWED = HERE / "audit-allow.txt"


def main() -> int:
    """Audit, print what was found, and give the exit status."""
    allowed = read_allowed(ALLOWED.read_text(encoding="utf-8"))
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "-r",
        str(PINS),
        "--no-deps",
        "--disable-pip",
        "--format",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        rows = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return _unaudited(done.stderr.strip().splitlines()[-1:] or ["pip-audit gave no result"])
    audited = [row for row in rows if "skip_reason" not in row]
    if not audited:
        return _unaudited([f"the service knows none of the {len(rows)} packages"])
    found = [(row["name"], row["version"], flaw) for row in audited for flaw in row["vulns"]]
    open_flaws = [item for item in found if not {item[2]["id"], *item[2]["aliases"]} & allowed.keys()]
    for name, version, flaw in open_flaws:
        print(f"{name} {version}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no release'}")
    skipped = len(rows) - len(audited)
    print(
        f"{len(audited)} packages audited, {skipped} unknown, {len(found) - len(open_flaws)} allowed advisories"
    )
    return 1 if open_flaws else 0


def read_allowed(text: str) -> dict[str, str]:
    """Advisories and reasons.

    Raises:
        ValueError: An advisory has no reason.
    """
    rows = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            advisory, _, reason = line.partition(" ")
            if not reason.strip():
                raise ValueError(f"{ALLOWED.name}: {advisory} has no reason.")
            rows[advisory] = reason.strip()
    return rows


def _unaudited(why: list[str]) -> int:
    print(
        f"NOT AUDITED: {why[0]}. Run `make audit` where the advisory service can be reached.", file=sys.stderr
    )
    return 1 if os.environ.get("REQUIRE_AUDIT") == "1" else 0


if __name__ == "__main__":
    sys.exit(main())
