from pathlib import Path

import pytest

from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
SEEDS = ROOT / "seeds"


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return read_codebook(SCHEMAS / "conflict_events.yaml")
