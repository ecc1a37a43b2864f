"""A folder of UIMA CAS JSON 0.4, for INCEpTION and cassis: a file a coding, its type system in it.

What stands in it is that of `cas-xmi`, from where INCEpTION has the layers: import `TypeSystem.xml` first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

from coder.exporters.cas_xmi import Row, put
from coder.exporters.feature_structures import LINK, SOFA, sofa, structures, types
from coder.exporters.registry import Sink
from coder.exporters.writer import Dataset, file_name
from coder.foreign import to_json
from coder.model import Article, Coding, Json


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], list[Row]]:
    """What makes the file of each coding."""
    described = {
        of.name: {
            "%NAME": of.name,
            "%SUPER_TYPE": of.above,
            **{
                name: {"%NAME": name, "%RANGE": range_} | ({"%DESCRIPTION": about} if about else {})
                for name, (range_, about) in of.features.items()
            },
        }
        for of in types(dataset)
    }

    def row(article: Article, coding: Coding) -> Row:
        every = list(structures(dataset, article, coding))
        found: list[dict[str, Json]] = [{"%ID": SOFA, "%TYPE": "uima.cas.Sofa", **sofa(article)}]
        arrays = count(every[-1].id + 1)
        for each in every:
            named = dict[str, int]()
            for name, of in each.named.items():
                named[f"@{name}"] = array = next(arrays) if isinstance(of, list) else of
                if isinstance(of, list):
                    found.append({"%ID": array, "%TYPE": f"{LINK}[]", "%ELEMENTS": of})
            found.append({"%ID": each.id, "%TYPE": each.type, **named, **each.features})
        members = [each.id for each in every if "sofa" in each.named]
        whole = {
            "%TYPES": described,
            "%FEATURE_STRUCTURES": found,
            "%VIEWS": {"_InitialView": {"%SOFA": SOFA, "%MEMBERS": members}},
        }
        return f"{file_name(article.id, coding.coder)}.json", to_json(whole) + "\n"

    return lambda article, codings: [row(article, coding) for coding in codings]


@contextmanager
def sink(_: Dataset, path: Path) -> Iterator[Sink]:
    """Puts the files into the folder `path`."""
    yield partial(put, path)
