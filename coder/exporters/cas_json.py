"""A folder of UIMA CAS JSON 0.4, for INCEpTION and cassis: one file per coding, with its type system.

The contents are those of `cas-xmi`. INCEpTION needs the layers from there: import its `TypeSystem.xml` first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

from coder.exporters.feature_structures import LINK, SOFA, sofa, structures, types
from coder.exporters.registry import Sink
from coder.exporters.writer import Dataset, file_name, put_files
from coder.foreign import to_json
from coder.model import Article, Coding, Json


def rows(
    dataset: Dataset,
) -> Callable[[Article, Sequence[Coding]], list[tuple[str, str]]]:
    """Return the function that makes the name and text of the file of each of an article's codings."""
    type_system = {
        type_.name: {
            "%NAME": type_.name,
            "%SUPER_TYPE": type_.parent,
            **{
                name: {"%NAME": name, "%RANGE": range_}
                | ({"%DESCRIPTION": about} if about else {})
                for name, (range_, about) in type_.features.items()
            },
        }
        for type_ in types(dataset)
    }

    def row(article: Article, coding: Coding) -> tuple[str, str]:
        every = list(structures(dataset, article, coding))
        records: list[dict[str, Json]] = [
            {"%ID": SOFA, "%TYPE": "uima.cas.Sofa", **sofa(article)}
        ]
        arrays = count(every[-1].id + 1)
        for each in every:
            references = dict[str, int]()
            for name, target in each.references.items():
                references[f"@{name}"] = id_ = (
                    next(arrays) if isinstance(target, list) else target
                )
                if isinstance(target, list):
                    records.append(
                        {"%ID": id_, "%TYPE": f"{LINK}[]", "%ELEMENTS": target}
                    )
            records.append(
                {"%ID": each.id, "%TYPE": each.type, **references, **each.features}
            )
        members = [each.id for each in every if "sofa" in each.references]
        cas = {
            "%TYPES": type_system,
            "%FEATURE_STRUCTURES": records,
            "%VIEWS": {"_InitialView": {"%SOFA": SOFA, "%MEMBERS": members}},
        }
        return f"{file_name(article.id, coding.coder)}.json", to_json(cas) + "\n"

    return lambda article, codings: [row(article, coding) for coding in codings]


@contextmanager
def sink(_: Dataset, path: Path) -> Iterator[Sink]:
    """Write the files into the folder `path`."""
    yield partial(put_files, path)
