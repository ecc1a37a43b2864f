"""What a codebook must meet beyond its shape: names, letters and conditions that fit together."""

from __future__ import annotations

from coder.codebook.schema import Codebook
from coder.codebook.yaml_text import Complaint, YamlText


def checked(codebook: Codebook, source: YamlText, *, has_lexicon: bool) -> list[Complaint]:
    return []
