"""spaCy's DocBin: a document a coding, its spans in `doc.spans["sc"]`, those that overlap none in `doc.ents`.

Words are cut where a span begins or ends; `doc.text` is the article's text. `doc.user_data` has `article` and
`coder`. `DocBin().from_disk("gold.spacy").get_docs(vocab)`.
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

_TOGETHER = 50  # documents that are held before they wait on the disk
Row = tuple[list[str], list[bool], list[Span], str, str]
"""The words, whether a blank follows each, the spans, article and coder."""


def rows(_: Dataset) -> Callable[[Article, Sequence[Coding]], list[Row]]:
    """What makes the documents' parts of an article's codings."""

    def row(text: str, coding: Coding) -> Row:
        spans = standing(coding)
        return (*_words(text, tokens(text, spans)), spans, coding.article, coding.coder)

    return lambda article, codings: [row(article.text, coding) for coding in codings]


def _words(text: str, found: list[Extent]) -> tuple[list[str], list[bool]]:
    """Tokens, white space but single blanks among them: all together they are the text."""
    words, blanks = list[str](), list[bool]()
    for (start, end), (following, _) in pairwise([(0, 0), *found, (len(text), len(text))]):
        gap = text[end:following]
        has_blank = start < end and gap.startswith(" ")
        if start < end:
            words.append(text[start:end])
            blanks.append(has_blank)
        if rest := gap[has_blank:]:
            words.append(rest)
            blanks.append(False)
    return words, blanks


@contextmanager
def sink(_: Dataset, path: Path) -> Iterator[Sink]:
    """Puts documents into the new file `path`; a few are held, the others wait on the disk."""
    with TemporaryDirectory(dir=path.parent) as folder:
        bin_, spilled, strings = _new_bin(), _Spilled(Path(folder)), set[str]()

        def put(rows: list[Row]) -> None:
            nonlocal bin_
            for words, blanks, spans, article, coder in rows:
                doc = Doc(spilled.vocab, words=words, spaces=blanks)
                made = {s.id: doc.char_span(s.start, s.end, s.kind, alignment_mode="contract") for s in spans}
                doc.spans["sc"] = [each for each in made.values() if each is not None]
                first = (made[span.id] for span, layer in layered(spans) if not layer)
                doc.ents = [each for each in first if each is not None]
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
    """Documents on the disk, part by part, until `DocBin.to_bytes` is done for all of them at once."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        self.vocab = Vocab()
        self._packed_one = srsly.msgpack.Packer(use_bin_type=True).pack  # one is slow to make

    def add(self, some: DocBin) -> None:
        """Put the documents of a bin behind those before."""
        self._count += len(some)
        parts = {
            "tokens": [tokens.tobytes("C") for tokens in some.tokens],
            "spaces": [spaces.tobytes("C") for spaces in some.spaces],
            "lengths": [pack("=i", len(tokens)) for tokens in some.tokens],
            "cats": map(self._packed_one, some.cats),
            "flags": map(self._packed_one, some.flags),
            "span_groups": map(self._packed_one, some.span_groups),
            "user_data": map(self._packed_one, some.user_data),
        }
        for name, found in parts.items():
            with (self._folder / name).open("ab") as file:
                file.writelines(found)
        self.vocab = Vocab()  # it keeps every word that it has seen

    def join(self, path: Path, like: DocBin, strings: list[str]) -> None:
        """Write all as one bin: a map of MessagePack, compressed; raises CoderError for too much of it."""
        whole = {"version": like.version, "attrs": like.attrs, "strings": strings}
        squeezed = zlib.compressobj()
        with path.open("wb") as out:
            for part in self._packed(whole):
                out.write(squeezed.compress(part))
            out.write(squeezed.flush())

    def _packed(self, whole: Mapping[str, Json]) -> Iterator[bytes]:
        bytes_, lists = ("tokens", "spaces", "lengths"), ("cats", "flags", "span_groups", "user_data")
        yield pack(">B", 0x80 | len(whole) + len(bytes_) + len(lists))
        for name, value in whole.items():
            yield srsly.msgpack_dumps(name) + srsly.msgpack_dumps(value)
        for name in (*bytes_, *lists):
            path = self._folder / name
            if name in bytes_ and path.stat().st_size >= 2**32:
                raise CoderError("delivery.too_much", format="spacy")
            head = (0xC6, path.stat().st_size) if name in bytes_ else (0xDD, self._count)  # bin 32, array 32
            yield srsly.msgpack_dumps(name) + pack(">BI", *head)
            with path.open("rb") as file:
                yield from iter(partial(file.read, 2**20), b"")
