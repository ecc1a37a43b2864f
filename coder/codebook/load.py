"""Reads a codebook file and its lexicon, and lists everything that is wrong with them at once.

Each complaint carries file, line and column, what was expected and the nearest known name.
"""

from __future__ import annotations

from pathlib import Path

from coder.codebook.checks import codebook_complaints
from coder.codebook.lexicon import Lexicon
from coder.codebook.lexicon_checks import lexicon_complaints
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
    beside, complaints = _lexicon_beside(path, source)
    lexicon = Lexicon()
    if beside is not None:
        read, wrong = shape(Lexicon, beside, {})
        complaints += wrong
        lexicon = read or lexicon
    codebook, wrong = shape(Codebook, source, {"lexicon": lexicon})
    complaints += wrong
    if codebook is not None:
        complaints += codebook_complaints(codebook, source)
        if beside is not None:
            complaints += lexicon_complaints(lexicon, beside, codebook)
    if complaints or codebook is None:
        raise _refusal(path, sorted(set(complaints)))
    return codebook


def _lexicon_beside(path: Path, source: YamlText) -> tuple[YamlText | None, list[Complaint]]:
    """The file that the codebook names as its lexicon, None if it names none that can be used."""
    name = source.data.get("lexicon") if isinstance(source.data, dict) else None
    if name is None:
        return None, []
    if not isinstance(name, str) or Path(name).name != name:
        return None, [source.complain(("lexicon",), "expected the name of a file beside the codebook")]
    if not (path.parent / name).is_file():
        return None, [source.complain(("lexicon",), f"there is no file {name} beside the codebook")]
    return read_yaml(path.parent / name), []


def _refusal(path: Path, complaints: list[Complaint]) -> CoderError:
    lines = "\n".join(map(str, complaints))
    these = "this" if len(complaints) == 1 else f"these {len(complaints)} places"
    return CoderError(f"{path.name} cannot be used:\n{lines}", hint=f"Put {these} right and read it again.")
