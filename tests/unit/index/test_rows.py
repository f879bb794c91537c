from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.index.rows import RowWriter


@given(st.lists(st.integers(0, 40), max_size=8))
def test_rows_come_back_however_they_were_parted(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
) -> None:
    rows = np.arange(3 * sum(sizes), dtype=np.float32).reshape(-1, 3)
    path = tmp_path_factory.mktemp("rows") / "rows.npy"
    with RowWriter(path, np.float32, (3,)) as writer:
        for part in np.split(rows, np.cumsum(sizes)[:-1]) if sizes else []:
            writer.add(part)
    assert writer.count == len(rows)
    assert np.load(path).tolist() == rows.tolist()


def test_records_are_read_mapped(tmp_path: Path) -> None:
    record = np.dtype([("start", "<i2"), ("vector", "i1", (4,))])
    rows = np.array([(7, [1, 2, 3, 4]), (9, [5, 6, 7, 8])], record)
    with RowWriter(tmp_path / "records.npy", record) as writer:
        writer.add(rows[:1])
        writer.add(rows[1:])
    read = np.load(tmp_path / "records.npy", mmap_mode="r")
    assert read.tobytes() == rows.tobytes()
