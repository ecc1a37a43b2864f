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
from pathlib import Path
from struct import pack
from tempfile import TemporaryDirectory

import srsly
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from coder.errors import CoderError
from coder.exporters.registry import Sink
from coder.exporters.tokens import Extent, put_in_layers, standing, tokens
from coder.exporters.writer import Dataset
from coder.model import Article, Coding, Json, Span

# documents that are held in memory before they are written to temporary files
_TOGETHER = 50
Row = tuple[list[str], list[bool], list[Span], str, str]
"""The words, whether a space follows each of them, the spans, article and coder."""


def rows(_: Dataset) -> Callable[[Article, Sequence[Coding]], list[Row]]:
    """Return the function that makes what the documents of an article's codings consist
    of.
    """

    def row(text: str, coding: Coding) -> Row:
        spans = standing(coding)
        words, spaces = _words(text, tokens(text, spans))
        return words, spaces, spans, coding.article, coding.coder

    return lambda article, codings: [row(article.text, coding) for coding in codings]


def _words(text: str, extents: list[Extent]) -> tuple[list[str], list[bool]]:
    """Return tokens, and whether a space follows each of them; any other white space is
    a token of its own.
    """
    words: list[str] = []
    spaces: list[bool] = []

    def add_gap(gap: str) -> None:
        if gap.startswith(" ") and words:
            spaces[-1] = True
            gap = gap[1:]
        if gap:
            words.append(gap)
            spaces.append(False)

    before = 0
    for start, end in extents:
        add_gap(text[before:start])
        words.append(text[start:end])
        spaces.append(False)
        before = end
    add_gap(text[before:])
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
            for row in rows:
                bin_.add(_document(row, spilled.vocab))
            if len(bin_) >= _TOGETHER:
                strings.update(bin_.strings)
                spilled.add(bin_)
                bin_ = _new_bin()

        yield put
        spilled.add(bin_)
        spilled.join(path, bin_, sorted(strings | bin_.strings))


def _document(row: Row, vocab: Vocab) -> Doc:
    words, spaces, spans, article, coder = row
    doc = Doc(vocab, words=words, spaces=spaces)
    found = {}
    for span in spans:
        of_doc = doc.char_span(
            span.start, span.end, span.kind, alignment_mode="contract"
        )
        if of_doc is not None:
            found[span.id] = of_doc
    doc.spans["sc"] = list(found.values())
    doc.ents = [
        found[span.id]
        for span, layer in put_in_layers(spans)
        if layer == 0 and span.id in found
    ]
    doc.user_data |= {"article": article, "coder": coder}
    return doc


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
        # reused, as a packer is slow to create
        self._pack = srsly.msgpack.Packer(use_bin_type=True).pack

    def add(self, bin_: DocBin) -> None:
        """Append the documents of a bin."""
        self._count += len(bin_)
        parts = {
            "tokens": [tokens.tobytes("C") for tokens in bin_.tokens],
            "spaces": [spaces.tobytes("C") for spaces in bin_.spaces],
            "lengths": [pack("=i", len(tokens)) for tokens in bin_.tokens],
            "cats": map(self._pack, bin_.cats),
            "flags": map(self._pack, bin_.flags),
            "span_groups": map(self._pack, bin_.span_groups),
            "user_data": map(self._pack, bin_.user_data),
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
        """Yield the map: `head`, then the parts, which are strings of bytes or lists.

        The numbers are types of the MessagePack specification.
        """
        strings_of_bytes = ("tokens", "spaces", "lengths")
        lists = ("cats", "flags", "span_groups", "user_data")
        yield pack(">B", 0x80 | len(head) + len(strings_of_bytes) + len(lists))
        for name, value in head.items():
            yield srsly.msgpack_dumps(name) + srsly.msgpack_dumps(value)
        for name in strings_of_bytes:
            size = (self._folder / name).stat().st_size
            if size >= 2**32:
                raise CoderError("delivery.too_much", format="spacy")
            yield srsly.msgpack_dumps(name) + pack(">BI", 0xC6, size)  # bin 32
            yield from self._store(name)
        for name in lists:
            yield srsly.msgpack_dumps(name) + pack(">BI", 0xDD, self._count)  # array 32
            yield from self._store(name)

    def _store(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a part."""
        with (self._folder / name).open("rb") as file:
            yield from iter(partial(file.read, 2**20), b"")
