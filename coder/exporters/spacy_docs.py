"""spaCy's DocBin: one document per coding, all its spans in `doc.spans["sc"]`,
non-overlapping in `doc.ents`.

Words are split where a span begins or ends; `doc.text` is the article's text.
`doc.user_data` has `article` and `coder`.
`DocBin().from_disk("gold.spacy").get_docs(vocab)`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from struct import pack
from tempfile import TemporaryDirectory

import srsly
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from coder.errors import CoderError
from coder.exporters.holdings import layered
from coder.exporters.registry import Sink
from coder.exporters.tokens import Extent, standing, tokens
from coder.exporters.writer import Dataset
from coder.model import Article, Coding, Json, Span

_TOGETHER = (
    50  # documents that are held in memory before they are written to temporary files
)
Row = tuple[list[str], list[bool], list[Span], str, str]
"""The words, whether a space follows each of them, the spans, article and coder."""


def rows(_: Dataset) -> Callable[[Article, Sequence[Coding]], list[Row]]:
    """Return the function that makes what the documents of an article's codings consist
    of.
    """

    def row(text: str, coding: Coding) -> Row:
        spans = standing(coding)
        return (*_words(text, tokens(text, spans)), spans, coding.article, coding.coder)

    return lambda article, codings: [row(article.text, coding) for coding in codings]


def _words(text: str, extents: list[Extent]) -> tuple[list[str], list[bool]]:
    """Tokens, and whether a space follows each of them; any other white space is a
    token of its own.
    """
    words = list[str]()
    spaces = list[bool]()
    for (start, end), (following, _) in pairwise(
        [(0, 0), *extents, (len(text), len(text))]
    ):
        gap = text[end:following]
        has_space = start < end and gap.startswith(" ")
        if start < end:
            words.append(text[start:end])
            spaces.append(has_space)
        if rest := gap[has_space:]:
            words.append(rest)
            spaces.append(False)
    return words, spaces


@contextmanager
def sink(_: Dataset, path: Path) -> Iterator[Sink]:
    """Write documents to the new file `path`; only a few are in memory, the others in
    temporary files.
    """
    with TemporaryDirectory(dir=path.parent) as folder:
        bin_ = _new_bin()
        spilled = _Spilled(Path(folder))
        strings = set[str]()

        def put(rows: list[Row]) -> None:
            nonlocal bin_
            for words, spaces, spans, article, coder in rows:
                doc = Doc(spilled.vocab, words=words, spaces=spaces)
                made = {
                    s.id: doc.char_span(
                        s.start, s.end, s.kind, alignment_mode="contract"
                    )
                    for s in spans
                }
                doc.spans["sc"] = [each for each in made.values() if each is not None]
                first_layer = (
                    made[span.id] for span, layer in layered(spans) if not layer
                )
                doc.ents = [each for each in first_layer if each is not None]
                doc.user_data |= {"article": article, "coder": coder}
                bin_.add(doc)
            if len(bin_) >= _TOGETHER:
                strings.update(bin_.strings)
                spilled.add(bin_)
                bin_ = _new_bin()

        yield put
        spilled.add(bin_)
        spilled.join(path, bin_, sorted(strings | bin_.strings))


def _new_bin() -> DocBin:
    return DocBin(attrs=["ORTH", "SPACY", "ENT_IOB", "ENT_TYPE"], store_user_data=True)


class _Spilled:
    """Documents in temporary files, one for each part of a DocBin, from which one large
    DocBin is assembled.

    This does what `DocBin.to_bytes` does, which would need all documents in memory.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self.vocab = Vocab()
        self._packed_one = srsly.msgpack.Packer(
            use_bin_type=True
        ).pack  # reused: a packer is slow to create

    def add(self, bin_: DocBin) -> None:
        """Append the documents of a bin."""
        self._count += len(bin_)
        parts = {
            "tokens": [tokens.tobytes("C") for tokens in bin_.tokens],
            "spaces": [spaces.tobytes("C") for spaces in bin_.spaces],
            "lengths": [pack("=i", len(tokens)) for tokens in bin_.tokens],
            "cats": map(self._packed_one, bin_.cats),
            "flags": map(self._packed_one, bin_.flags),
            "span_groups": map(self._packed_one, bin_.span_groups),
            "user_data": map(self._packed_one, bin_.user_data),
        }
        for name, part in parts.items():
            with (self._folder / name).open("ab") as file:
                file.writelines(part)
        self.vocab = Vocab()  # a vocabulary keeps every word that it has seen

    def join(self, path: Path, like: DocBin, strings: list[str]) -> None:
        """Write one bin of all documents, a compressed MessagePack map; raises
        CoderError if too large.
        """
        head = {"version": like.version, "attrs": like.attrs, "strings": strings}
        compressor = zlib.compressobj()
        with path.open("wb") as out:
            for part in self._packed(head):
                out.write(compressor.compress(part))
            out.write(compressor.flush())

    def _packed(self, head: Mapping[str, Json]) -> Iterator[bytes]:
        bytes_ = ("tokens", "spaces", "lengths")
        lists = ("cats", "flags", "span_groups", "user_data")
        yield pack(">B", 0x80 | len(head) + len(bytes_) + len(lists))
        for name, value in head.items():
            yield srsly.msgpack_dumps(name) + srsly.msgpack_dumps(value)
        for name in (*bytes_, *lists):
            path = self._folder / name
            if name in bytes_ and path.stat().st_size >= 2**32:
                raise CoderError("delivery.too_much", format="spacy")
            type_ = (
                (0xC6, path.stat().st_size) if name in bytes_ else (0xDD, self._count)
            )  # bin 32, array 32
            yield srsly.msgpack_dumps(name) + pack(">BI", *type_)
            with path.open("rb") as file:
                yield from iter(partial(file.read, 2**20), b"")
