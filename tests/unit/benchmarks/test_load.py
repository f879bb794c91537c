from __future__ import annotations

import subprocess
import sys
import time

import pytest
from benchmarks import load
from benchmarks.load import LoadMeter

SPIN = "import time\nend = time.monotonic() + {}\nwhile time.monotonic() < end: pass"


def test_own_and_childrens_work_is_not_other_work(monkeypatch: pytest.MonkeyPatch, tmp_path):
    frozen = tmp_path / "stat"
    frozen.write_text("cpu 0 0 0 0 0 0 0 0 0 0\n", encoding="ascii")
    monkeypatch.setattr(load, "STAT", frozen)
    meter = LoadMeter()
    subprocess.run([sys.executable, "-c", SPIN.format(0.2)], check=True)
    assert meter.others() == 0.0


def test_work_beyond_our_own_is_other_work(monkeypatch: pytest.MonkeyPatch, tmp_path):
    stat = tmp_path / "stat"
    monkeypatch.setattr(load, "STAT", stat)
    stat.write_text("cpu 100 0 0 900 50 0 0 0 0 0\n", encoding="ascii")
    meter = LoadMeter()
    time.sleep(0.2)
    stat.write_text("cpu 2000 0 100 9000 900 0 0 0 700 0\n", encoding="ascii")
    found = meter.others()
    assert found is not None
    assert found > 20


def test_without_proc_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setattr(load, "STAT", tmp_path / "absent")
    assert LoadMeter().others() is None
