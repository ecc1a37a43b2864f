"""What tests of codebooks share."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from coder.codebook.load import read_codebook
from coder.errors import CoderError


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[str], list[str]]:
    """The problems of a codebook text, as `line: path: what`."""

    def problems(text: str) -> list[str]:
        path = tmp_path / "book.yaml"
        path.write_text(text, "utf-8")
        with pytest.raises(CoderError) as refusal:
            read_codebook(path)
        lines = str(refusal.value).splitlines()[1:]
        assert all(
            re.match(rf"{re.escape(str(path))}:\d+:\d+: ", line) for line in lines
        )
        return [line.removeprefix(f"{path}:") for line in lines]

    return problems
