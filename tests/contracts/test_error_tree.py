"""The drawing in `errors.py` is the truth about its classes."""

from __future__ import annotations

import inspect
import re

from search27 import errors


def drawn() -> dict[str, str]:
    """Parent of each error as the module's docstring draws it."""
    drawing = (errors.__doc__ or "").split("```")[1]
    parents = {}
    for line in drawing.splitlines():
        if branch := re.match(r"[├└] (\w+)(?:: (.+))?", line):
            parents[branch[1]] = "Search27Error"
            parents.update(dict.fromkeys(re.findall(r"\w+", branch[2] or ""), branch[1]))
    return parents


def defined() -> dict[str, str]:
    """Parent of each error as the module defines it."""
    classes = inspect.getmembers(errors, inspect.isclass)
    return {name: cls.__bases__[0].__name__ for name, cls in classes if cls is not errors.Search27Error}


def test_the_drawing_shows_every_error_under_its_parent() -> None:
    assert drawn() == defined()


def test_every_error_says_when_it_is_raised() -> None:
    assert all(cls.__doc__ for _, cls in inspect.getmembers(errors, inspect.isclass))
