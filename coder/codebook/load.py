"""Reads a codebook file and its lexicon, and lists everything that is wrong with them at once.

Each complaint carries file, line and column, what was expected and the nearest known name.
"""

from __future__ import annotations

from pathlib import Path

from coder.codebook.checks import checked
from coder.codebook.lexicon import Lexicon
from coder.codebook.schema import Codebook
from coder.codebook.shape import shape
from coder.codebook.yaml_text import Complaint, YamlText, read_yaml
from coder.errors import CoderError


def read_codebook(path: Path | str) -> Codebook:
    """The codebook in a YAML file, with the lexicon that its `lexicon:` key names beside it.

    Raises CoderError whose message lists every complaint, one a line, as `file:line:col: path: what`.
    """
    path = Path(path)
    source = read_yaml(path)
    lexicon, complaints = _read_lexicon(path, source)
    codebook, wrong = shape(Codebook, source, {"lexicon": lexicon or Lexicon()})
    complaints += wrong
    if codebook is not None:
        complaints += checked(codebook, source, has_lexicon=lexicon is not None)
    if complaints:
        raise _refusal(path, complaints)
    assert codebook is not None
    return codebook


def _read_lexicon(path: Path, source: YamlText) -> tuple[Lexicon | None, list[Complaint]]:
    """The lexicon named in the codebook, None if there is none or it cannot be used."""
    name = source.data.get("lexicon") if isinstance(source.data, dict) else None
    if name is None:
        return None, []
    if not isinstance(name, str) or Path(name).name != name:
        return None, [source.complain(("lexicon",), "expected the name of a file beside the codebook")]
    if not (path.parent / name).is_file():
        return None, [source.complain(("lexicon",), f"there is no file {name} beside the codebook")]
    beside = read_yaml(path.parent / name)
    lexicon, complaints = shape(Lexicon, beside, {})
    return lexicon, complaints


def _refusal(path: Path, complaints: list[Complaint]) -> CoderError:
    lines = "\n".join(str(c) for c in sorted(set(complaints)))
    count = len(set(complaints))
    return CoderError(
        f"{path.name} cannot be used:\n{lines}",
        hint="Put this right and read it again."
        if count == 1
        else f"Put these {count} right and read it again.",
    )
