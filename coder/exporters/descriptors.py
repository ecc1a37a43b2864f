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

from coder.exporters.dataset_tables import TableDescription, file_of
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
    """Return the Croissant description of the Parquet files."""
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
        "distribution": [_describe_parquet(table) for table in tables],
        "recordSet": [_describe_records(table) for table in tables],
    }
    return _json(description)


def _describe_parquet(table: TableDescription) -> dict[str, str]:
    """Return Croissant's FileObject of a table."""
    return {
        "@type": "cr:FileObject",
        "@id": f"{table.name}.parquet",
        "name": f"{table.name}.parquet",
        "contentUrl": table.parquet.path,
        "contentSize": f"{table.parquet.bytes} B",
        "encodingFormat": "application/x-parquet",
        "sha256": table.parquet.sha256,
    }


def _describe_records(table: TableDescription) -> dict[str, Any]:
    """Return Croissant's RecordSet of a table."""
    fields = []
    for column, kind, about in table.columns:
        source = {
            "fileObject": {"@id": f"{table.name}.parquet"},
            "extract": {"column": column},
        }
        field = {
            "@type": "cr:Field",
            "@id": f"{table.name}/{column}",
            "name": column,
            "description": about,
            "dataType": _CROISSANT_TYPES[kind],
            "source": source,
        }
        fields.append(field)
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "field": fields,
    }


def data_package(imprint: Imprint, tables: Sequence[TableDescription]) -> str:
    """Return the Frictionless description of the CSV files."""
    description: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": imprint.name,
        "title": imprint.title,
        "description": imprint.description,
        "version": imprint.version,
        "created": f"{imprint.date}T00:00:00Z",
        "homepage": imprint.where,
        "licenses": _licenses(imprint),
        "contributors": [{"title": name, "role": "author"} for name in imprint.authors],
        "resources": [_describe_csv(table) for table in tables],
    }
    return _json(description)


def _licenses(imprint: Imprint) -> list[dict[str, str]]:
    """Return Frictionless's licences: one, or none if none is set."""
    if not imprint.license:
        return []
    if imprint.license_url:
        return [{"name": imprint.license, "path": imprint.license_url}]
    return [{"title": imprint.license}]


def _describe_csv(table: TableDescription) -> dict[str, Any]:
    """Return Frictionless's resource of a table."""
    fields = []
    for column, kind, about in table.columns:
        type_ = _FRICTIONLESS_TYPES[kind]
        fields.append({"name": column, "type": type_, "description": about})
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": table.csv.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "bytes": table.csv.bytes,
        "hash": f"sha256:{table.csv.sha256}",
        "schema": {"fields": fields},
    }


def citation_file(imprint: Imprint) -> str:
    """Return the content of `CITATION.cff`: YAML, with strings written as in JSON."""
    lines = [
        "cff-version: 1.2.0",
        "message: Please cite this dataset as below.",
        "type: dataset",
        f"title: {to_json(imprint.title)}",
        f"version: {to_json(imprint.version)}",
        f"date-released: {imprint.date}",
        "authors:",
    ]
    for name in imprint.authors:
        family, comma, given = name.partition(",")
        if comma:
            lines.append(f"  - family-names: {to_json(family.strip())}")
            lines.append(f"    given-names: {to_json(given.strip())}")
        else:
            lines.append(f"  - name: {to_json(name)}")
    if imprint.license_url:
        lines.append(f"license: {imprint.license}")
    if imprint.doi:
        lines.append(f"doi: {to_json(imprint.doi)}")
    if imprint.url:
        lines.append(f"url: {to_json(imprint.url)}")
    return "\n".join(lines) + "\n"


def checksums(folder: Path) -> str:
    """Return the SHA-256 of every file, in the format of `sha256sum --check`."""
    lines = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != SUMS:
            file = file_of(folder, path)
            lines.append(f"{file.sha256}  {file.path}\n")
    return "".join(lines)


def find_summed(folder: Path) -> set[str]:
    """The paths of the files that `checksums` wrote about in a folder; none if it wrote
    nothing there.
    """
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return set()
    return {line.partition("  ")[2] for line in lines}


def _json(description: dict[str, Any]) -> str:
    """Return a description as JSON, without its empty properties."""
    present = {
        name: value for name, value in description.items() if value not in ("", [])
    }
    return json.dumps(present, ensure_ascii=False, indent=2) + "\n"
