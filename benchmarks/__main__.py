"""All benchmarks in order, then the report: `python -m benchmarks`, or `make bench`."""

from __future__ import annotations

from benchmarks import peers, report, robustness
from benchmarks.options import run


def main() -> None:
    peers.main()
    robustness.main()
    report.main()


if __name__ == "__main__":
    run(main)
