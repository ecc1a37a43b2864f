"""Makes the reference pages and the schema for editors anew: python -m
tests.support.make_docs.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tomllib
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

from coder.cli.commands import COMMANDS
from coder.cli.main import main
from coder.codebook.authoring import model_of
from coder.codebook.load import read_codebook
from coder.codebook.pack_schema import Pack
from coder.codebook.schema import Codebook
from coder.exporters.registry import FORMATS as WRITERS
from coder.exporters.registry import in_words
from coder.exporters.tidy_tables import TABLES
from coder.importers.registry import FORMATS as READERS
from coder.messages.catalogue import say
from coder.tui.keys import arabic_of, by_scope, of_scope, shown

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MADE = "<!-- made by `make docs` from the program's own tables; do not edit -->"

LAYOUTS = (
    "Each key works under a Latin and under an Arabic (101) layout. In the record Arabic letters are",
    "typed text: there `.` and `,` are Shift+ز and Shift+و, `;` is Shift+ك, and PgUp and PgDn lead from",
    "event to event.",
)

EXAMPLES = tomllib.loads(
    (ROOT / "tests/support/format_examples.toml").read_text("utf-8")
)

OUT = (
    "`coder export FORMAT --out FILE`. If a format cannot hold something that is there, `coder` says what and how",
    "much, and writes nothing. `--allow-loss` then writes the rest. Below, only the formats that cannot hold a usual",
    "gold are shown with this option: leave it out first, to read what would be lost. No format holds what was said",
    "beside the fields:",
    "comments on places, answers to them and flags. Only the tidy tables of gold say what became of each",
    "coder's event (`alignment`); other formats have the gold events alone. `--no-text` leaves the articles'",
    "texts out where that can be; the words of spans stay in native, jsonl and csv, the tables leave these",
    "out too. What a format needs comes with `pip install 'arabic-event-coder[formats]'`.",
)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the YAML form, for editors: schemas/codebook.schema.json is
    this, as JSON.
    """
    schema = model_of(Codebook).model_json_schema(by_alias=True)
    file = {"type": "string", "description": "A file of the lexicon, beside this one."}
    schema["properties"]["lexicon"] = {
        "anyOf": [file, {"type": "array", "items": file}]
    }
    pack = {
        "type": "string",
        "description": "A pack: NAME.yaml in the folder packs, beside this file, or shipped.",
    }
    schema["properties"]["packs"] = {"type": "array", "items": pack}
    definitions = schema.pop("$defs")
    used: dict[str, Any] = {}
    waiting = [schema]
    while waiting:
        names = re.findall(r'"#/\$defs/(\w+)"', json.dumps(waiting.pop()))
        fresh = {name: definitions[name] for name in names if name not in used}
        used |= fresh
        waiting += fresh.values()
    return {**schema, "$defs": dict(sorted(used.items()))}


def pack_schema() -> dict[str, Any]:
    """Return the JSON Schema of packs, for editors: schemas/pack.schema.json."""
    return model_of(Pack).model_json_schema(by_alias=True)


def keys_page() -> str:
    """All keys, by scope."""
    codebook = read_codebook(ROOT / "schemas" / "conflict_events.yaml")
    lines = [MADE, "", "# Keys", "", *LAYOUTS, ""]
    for scope in by_scope():
        lines += [
            f"## {say('en', f'keys.{scope}')} · {say('ar', f'keys.{scope}')}",
            "",
            "| key | | |",
            "|---|---|---|",
        ]
        for action in of_scope(scope):
            keys = " ".join(f"`{shown(key)}`" for key in action.keys).replace(
                "|", "\\|"
            )  # ends a cell
            lines.append(f"| {keys} | {action.help('en')} | {action.help('ar')} |")
        lines.append("")
    lines += [
        "## Letters of the codebook `conflict-events-ar`",
        "",
        "In the article a field's letter puts the highlight under the cursor, value and evidence, into that",
        "field of the current event. While a span is being drawn a kind's letter gives it its kind.",
        "",
        "| letter | Arabic key | field | kind while drawing |",
        "|---|---|---|---|",
    ]
    fields = {f.key: f.label for f in codebook.event_fields if f.key}
    kinds = {k.key: k.label for k in codebook.span_kinds}
    for letter in sorted(fields.keys() | kinds.keys()):
        field = f"{fields[letter].en} · {fields[letter].ar}" if letter in fields else ""
        kind = f"{kinds[letter].en} · {kinds[letter].ar}" if letter in kinds else ""
        lines.append(f"| `{letter}` | {arabic_of(letter)} | {field} | {kind} |")
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Every command with its own help."""
    lines = [
        MADE,
        "",
        "# Commands",
        "",
        "Exit codes: 0 done, 1 a check found an error (warnings alone are 0), 2 bad use or input.",
        "",
    ]
    for verb in COMMANDS:
        text = io.StringIO()
        with redirect_stdout(text), suppress(SystemExit):
            main([verb, "--help"])
        lines += [
            f"## coder {verb}",
            "",
            say("en", f"commands.{verb}"),
            "",
            "```",
            text.getvalue().rstrip(),
            "```",
            "",
        ]
    return "\n".join(lines)


def formats_page() -> str:
    """What can be read and written."""
    lines = [
        MADE,
        "",
        "# Formats",
        "",
        "## In",
        "",
        "| name | endings | yields |",
        "|---|---|---|",
    ]
    lines += [f"| {r.name} | {' '.join(r.suffixes)} | {r.yields} |" for r in READERS]
    lines += [
        "",
        "## Out",
        "",
        *OUT,
        "",
        "| name | file | of | texts | cannot hold | needs |",
    ]
    lines.append("|---|---|---|---|---|---|")
    for w in WRITERS:
        lacks, needs = (
            ", ".join(words) or "nothing"
            for words in (map(in_words, w.lacks), w.packages)
        )
        first = f"| {w.name} | {w.suffix or 'a folder'} | {', '.join(w.holds)} | {'yes' if w.texts else 'no'}"
        lines.append(f"{first} | {lacks} | {needs} |")
    for w in WRITERS:
        source = (ROOT / "coder" / "exporters" / f"{w.module}.py").read_text("utf-8")
        lines += ["", f"### {w.name}", "", str(ast.get_docstring(ast.parse(source)))]
        # These two are rare: the formats that lack nothing else hold what most projects
        # have.
        leave = " --allow-loss" if set(w.lacks) - {"hidden", "stretches"} else ""
        lines += [
            "",
            "```sh",
            f"coder export {w.name} --out gold{w.suffix}{leave}",
            "```",
        ]
        lines += ["", "```python", EXAMPLES[w.name].strip(), "```"]
    lines += [
        "",
        "## The columns of the tidy tables",
        "",
        "| column | what stands in it | |",
        "|---|---|---|",
    ]
    names = {name for columns in TABLES.values() for name in columns}
    about = {
        name: (say("en", f"columns.{name}"), say("ar", f"columns.{name}"))
        for name in sorted(names)
    }
    lines += [f"| {name} | {en} | {ar} |" for name, (en, ar) in about.items()]
    lines += ["", "| table | columns |", "|---|---|"]
    lines += [
        f"| {table} | {', '.join(columns)} |" for table, columns in TABLES.items()
    ]
    return "\n".join(lines) + "\n"


def modules_page() -> str:
    """Return the index of modules: for each package its first line and those of its
    modules.
    """
    lines = [MADE, "", "# Modules", "", "The first line of each module, by package."]
    folders = sorted({path.parent for path in (ROOT / "coder").rglob("*.py")})
    for folder in folders:
        if folder.name == "versions":
            continue
        name = folder.relative_to(ROOT).as_posix()
        lines += ["", f"## {name}", "", first_line(folder / "__init__.py"), ""]
        for path in sorted(folder.glob("*.py")):
            if path.name != "__init__.py":
                lines.append(f"- `{path.name}`: {first_line(path)}")
    return "\n".join(lines) + "\n"


def first_line(path: Path) -> str:
    """Return the first paragraph of a module's docstring on one line, "" without one."""
    words = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(words.partition("\n\n")[0].split())


PAGES: dict[str, Callable[[], str]] = {
    "modules.md": modules_page,
    "keys.md": keys_page,
    "commands.md": commands_page,
    "formats.md": formats_page,
}


if __name__ == "__main__":
    for name, build in PAGES.items():
        (DOCS / name).write_text(build(), "utf-8")
    for name, schema in (("codebook", json_schema()), ("pack", pack_schema())):
        text = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        (ROOT / "schemas" / f"{name}.schema.json").write_text(text, "utf-8")
