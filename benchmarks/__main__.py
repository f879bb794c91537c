"""All benchmarks in order, then the report: `python -m benchmarks`, or `make bench`."""

from __future__ import annotations

from benchmarks import answers, peers, report, robustness
from benchmarks.options import run


def main() -> None:
    peers.main()
    robustness.main()
    answers.main()
    report.main()


if __name__ == "__main__":
    run(main)
