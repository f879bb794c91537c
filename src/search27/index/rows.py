"""Arrays that are written row by row, so that memory never holds them all."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray


class RowWriter:
    """Appends rows to a new `.npy` file, however many will come.

    Source: numpy.lib.format, which leaves room in the header for the number of rows to grow.
    """

    def __init__(self, path: Path, dtype: DTypeLike, row: tuple[int, ...] = ()) -> None:
        self._dtype = np.dtype(dtype)
        self._row = row
        self.count = 0
        self._file = path.open("wb")
        self._write_header()

    def add(self, rows: NDArray[Any]) -> None:
        """Append rows: (n, *row)."""
        self._file.write(np.ascontiguousarray(rows, self._dtype).tobytes())
        self.count += len(rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._file:
            self._file.seek(0)
            self._write_header()

    def _write_header(self) -> None:
        description = np.lib.format.dtype_to_descr(self._dtype)
        header = {"descr": description, "fortran_order": False, "shape": (self.count, *self._row)}
        np.lib.format.write_array_header_1_0(self._file, header)
