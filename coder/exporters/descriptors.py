"""Machine-readable descriptions of a dataset: Croissant, Frictionless, Citation File
Format, checksums.

Sources: Croissant 1.0 (docs.mlcommons.org/croissant), Data Package 1
(specs.frictionlessdata.io), CFF 1.2.0.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from coder.exporters.dataset_tables import File, TableDescription, file_of
from coder.foreign import to_json

SUMS = "SHA256SUMS"
_CROISSANT_TYPES = {"text": "sc:Text", "integer": "sc:Integer", "number": "sc:Float"}
_FRICTIONLESS_TYPES = {"text": "string", "integer": "integer", "number": "number"}
_CONTEXT = json.loads(
    Path(__file__).with_name("croissant_context.json").read_text("utf-8")
)


class Imprint(NamedTuple):
    """A dataset's metadata; version: three numbers; date: in ISO format; the other
    strings may be "".
    """

    title: str
    description: str
    authors: Sequence[str]
    license: str
    url: str
    doi: str
    version: str
    date: str

    @property
    def name(self) -> str:
        """The title as an identifier: lower-case letters, digits and hyphens."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-") or "dataset"

    @property
    def license_url(self) -> str:
        """The URL of the licence, "" if it is not an SPDX identifier."""
        is_spdx = re.fullmatch(r"[A-Za-z0-9.+-]+", self.license)
        return f"https://spdx.org/licenses/{self.license}.html" if is_spdx else ""

    @property
    def where(self) -> str:
        """The URL of the dataset, "" for none."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    @property
    def citation(self) -> str:
        """The citation in one line."""
        parts = [
            "; ".join(self.authors),
            f"({self.date[:4]})",
            f"{self.title}, {self.version}",
            self.where,
        ]
        return ". ".join(filter(None, parts)) + "."


def croissant(imprint: Imprint, tables: Sequence[TableDescription]) -> str:
    """The Croissant description of the Parquet files."""
    description: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": imprint.name,
        "alternateName": imprint.title,
        "description": imprint.description,
        "url": imprint.where,
        "license": imprint.license_url or imprint.license,
        "creator": [{"@type": "sc:Person", "name": name} for name in imprint.authors],
        "datePublished": imprint.date,
        "version": imprint.version,
        "citeAs": imprint.citation,
        "distribution": [_file_object(each.name, each.parquet) for each in tables],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": each.name,
                "name": each.name,
                "field": [
                    {
                        "@type": "cr:Field",
                        "@id": f"{each.name}/{column}",
                        "name": column,
                        "description": about,
                        "dataType": _CROISSANT_TYPES[kind],
                        "source": {
                            "fileObject": {"@id": f"{each.name}.parquet"},
                            "extract": {"column": column},
                        },
                    }
                    for column, kind, about in each.columns
                ],
            }
            for each in tables
        ],
    }
    return _json(description)


def _file_object(name: str, file: File) -> dict[str, str]:
    return {
        "@type": "cr:FileObject",
        "@id": f"{name}.parquet",
        "name": f"{name}.parquet",
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": "application/x-parquet",
        "sha256": file.sha256,
    }


def data_package(imprint: Imprint, tables: Sequence[TableDescription]) -> str:
    """The Frictionless description of the CSV files."""
    license_ = (
        {"name": imprint.license} if imprint.license_url else {"title": imprint.license}
    )
    description: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": imprint.name,
        "title": imprint.title,
        "description": imprint.description,
        "version": imprint.version,
        "created": f"{imprint.date}T00:00:00Z",
        "homepage": imprint.where,
        "licenses": [
            license_ | ({"path": imprint.license_url} if imprint.license_url else {})
        ]
        if imprint.license
        else [],
        "contributors": [{"title": name, "role": "author"} for name in imprint.authors],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": each.name,
                "path": each.csv.path,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8-sig",
                "bytes": each.csv.bytes,
                "hash": f"sha256:{each.csv.sha256}",
                "schema": {
                    "fields": [
                        {
                            "name": column,
                            "type": _FRICTIONLESS_TYPES[kind],
                            "description": about,
                        }
                        for column, kind, about in each.columns
                    ]
                },
            }
            for each in tables
        ],
    }
    return _json(description)


def citation_file(imprint: Imprint) -> str:
    """The content of `CITATION.cff`, which is YAML; its strings are written as in JSON."""
    lines = [
        "cff-version: 1.2.0",
        "message: Please cite this dataset as below.",
        "type: dataset",
    ]
    lines += [
        f"title: {to_json(imprint.title)}",
        f"version: {to_json(imprint.version)}",
    ]
    lines += [f"date-released: {imprint.date}", "authors:"]
    for name in imprint.authors:
        family, comma, given = name.partition(",")
        if comma:
            lines.append(f"  - family-names: {to_json(family.strip())}")
            lines.append(f"    given-names: {to_json(given.strip())}")
        else:
            lines.append(f"  - name: {to_json(name)}")
    if imprint.license_url:
        lines.append(f"license: {imprint.license}")
    addresses = (("doi", imprint.doi), ("url", imprint.url))
    lines += [f"{key}: {to_json(value)}" for key, value in addresses if value]
    return "\n".join(lines) + "\n"


def checksums(folder: Path) -> str:
    """The SHA-256 of every file, in the format of `sha256sum --check`."""
    paths = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.name != SUMS
    )
    return "".join(
        f"{file.sha256}  {file.path}\n"
        for file in (file_of(folder, path) for path in paths)
    )


def summed(folder: Path) -> set[str]:
    """The paths of the files that `checksums` wrote about in a folder; none if it wrote
    nothing there.
    """
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return set()
    return {line.partition("  ")[2] for line in lines}


def _json(description: dict[str, Any]) -> str:
    """The description as JSON, without its empty properties."""
    present = {
        name: value for name, value in description.items() if value not in ("", [])
    }
    return json.dumps(present, ensure_ascii=False, indent=2) + "\n"
