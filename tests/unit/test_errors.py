from __future__ import annotations

import pytest

from search27.errors import MissingExtra, Search27Error


def test_a_missing_extra_names_the_command_that_installs_it() -> None:
    error = MissingExtra("llm", "Writing answers")
    assert error.extra == "llm"
    assert (
        str(error) == "Writing answers needs the extra 'llm'. Run: pip install -c constraints.txt -e '.[llm]'"
    )


@pytest.mark.parametrize("caught", [ImportError, Search27Error])
def test_a_missing_extra_is_caught_as_either(caught: type[Exception]) -> None:
    with pytest.raises(caught, match="milvus"):
        raise MissingExtra("milvus", "A cluster")
