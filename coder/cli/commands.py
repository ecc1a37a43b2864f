"""The one table of commands and their options; the help and the page docs/commands.md come from it.

What a command does is in the module of its name. Its words are in `commands.po`: `commands.agree` says it in
short, `commands.agree.about` at length, `commands.agree.field` what `--field` means; an option that means the
same everywhere has its words under `commands.any`. Nothing here loads the project or the database.
"""

from __future__ import annotations

from argparse import REMAINDER, SUPPRESS, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coder import __version__
from coder.codebook.shipped import CODEBOOK, codebooks
from coder.errors import CoderError
from coder.exporters.registry import FORMATS, WHAT
from coder.messages.catalogue import has, say
from coder.model import ROLES, STAGES
from coder.service.project.config import DEFAULT_DATABASE

if TYPE_CHECKING:
    from coder.service.project.opened import Project


@dataclass(frozen=True, slots=True)
class Option:
    """An option or argument: its names and settings for argparse, and what fills `{names}` in its words."""

    names: tuple[str, ...]
    settings: Mapping[str, Any]
    one_of: Callable[[], Iterable[str]] | None = None


def _option(*names: str, one_of: Callable[[], Iterable[str]] | None = None, **settings: Any) -> Option:
    return Option(names, settings, one_of)


def _flag(name: str) -> Option:
    return _option(name, action="store_true")


def _as(**settings: Any) -> Option:
    return _option("--as", dest="person", metavar="NAME", **settings)


def _listed(words: str) -> list[str]:
    return [name.strip() for name in words.split(",") if name.strip()]


def _output(name: str) -> Path | None:
    return None if name == "-" else Path(name)


_EVERYWHERE = (_option("--project", dest="folder_of_project", type=Path, metavar="DIR"), _flag("--json"))
_ARTICLE = _option("article", metavar="ARTICLE")
_ARTICLE_OR_NEXT = _option("article", nargs="?", metavar="ARTICLE")
_TO_FILE = (_option("--out", type=_output, metavar="PATH"), _flag("--force"))
_DATABASE = _option("--database", default=DEFAULT_DATABASE, metavar="URL")

COMMANDS: Mapping[str, tuple[Option, ...]] = {
    "demo": (
        _option("folder", nargs="?", type=Path, default=Path("demo-project"), metavar="DIR"),
        _flag("--print"),
        _option("--width", type=int, default=80, metavar="N"),
    ),
    "init": (
        _option("folder", type=Path, metavar="DIR"),
        _option("--codebook", default=CODEBOOK, metavar="NAME|FILE", one_of=codebooks),
        _DATABASE,
        _option("--language", choices=("ar", "en"), default="ar"),
    ),
    "import": (
        _option("paths", type=Path, nargs="+", metavar="PATH"),
        _option("--format", metavar="F"),
    ),
    "suggest": (
        _option("what", nargs="?", choices=("train",)),
        _option("--folds", type=int, default=5, metavar="N"),
        _option("--epochs", type=int, default=20, metavar="N"),
        _option("--seed", type=int, default=0, metavar="N"),
        _flag("--again"),
        _option("--evaluate", metavar="FILE"),
    ),
    "lexicon": (
        _option("what", nargs="?", choices=("promote", "veto", "forget", "undo")),
        _option("text", nargs="?", metavar="TEXT"),
        _flag("--gold"),
        _option("--kind", metavar="KIND"),
        _option("--value", default="", metavar="ID"),
        _as(default=""),
    ),
    "people": (
        _option("what", nargs="?", choices=("add", "retire", "return", "role", "rename")),
        _option("name", nargs="?", metavar="NAME"),
        _option("new", nargs="?", metavar="NEW"),
        _option("--role", choices=ROLES),
        _option("--password-file", type=Path, metavar="FILE"),
    ),
    "assign": (
        _option("--coders", type=_listed, required=True, metavar="A,B"),
        _option("--per-article", type=int, default=2, metavar="N"),
        _option("--stage", choices=STAGES, default="production"),
        _option("--blind-sample", type=float, default=0.0, metavar="SHARE"),
        _option("--seed", type=int, default=0, metavar="N"),
    ),
    "code": (_as(required=True), _ARTICLE_OR_NEXT, _flag("--claim")),
    "review": (_as(required=True), _ARTICLE_OR_NEXT),
    "reopen": (_ARTICLE, _option("--coder", required=True, metavar="NAME"), _as(required=True)),
    "withdraw": (
        _option("articles", nargs="*", metavar="ARTICLE"),
        _option("--reason", default="", metavar="WORDS"),
        _flag("--undo"),
        _as(default=""),
    ),
    "status": (),
    "agree": (
        _option("--stage", choices=STAGES),
        _option("--coders", type=_listed, default="", metavar="A,B"),
        _option("--field", metavar="F"),
    ),
    "show": (
        _ARTICLE,
        _option("--width", type=int, metavar="N"),
        _option("--marks", choices=("colour", "brackets", "none")),
        _option("--order", choices=("visual", "logical"), default="visual"),
    ),
    "export": (
        _option("format", nargs="?", metavar="FORMAT", one_of=lambda: [f.name for f in FORMATS]),
        *_TO_FILE,
        _option("--what", choices=WHAT, default="gold"),
        _flag("--withdrawn"),
        _flag("--list"),
    ),
    "check": (_flag("--errors"),),
    "verify": (),
    "packet": (
        _option("what", choices=("make", "open", "merge")),
        _option("file", type=Path, metavar="FILE"),
        _option("folder", type=Path, nargs="?", metavar="DIR"),
        _option("--for", dest="coder", metavar="NAME"),
        _option("--passphrase-file", type=Path, metavar="F"),
    ),
    "backup": (
        _option("file", type=Path, metavar="FILE"),
        _flag("--portable"),
        _flag("--restore"),
        _DATABASE,
    ),
    "codebook": (
        _option("what", choices=("check", "show", "diff", "docs", "upgrade", "worklist")),
        _option("files", nargs="*", metavar="FILE"),
        _as(default=""),
        _flag("--dry-run"),
        _flag("--gold"),
        _flag("--undo"),
        _option("--lang", choices=("ar", "en", "both")),
        _option("--format", choices=("md", "html"), default="md"),
        *_TO_FILE,
        _option("--coder", metavar="NAME"),
    ),
    "doctor": (_flag("--print"),),
}


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FOUND = 1
    """A check found something."""
    BAD = 2
    """Bad use or bad input; nothing was changed."""


class Options(Namespace):
    """What a command was given, and the project that it is about."""

    folder_of_project: Path | None
    json: bool

    @cached_property
    def project(self) -> Project:
        """The project in the folder `--project`, or the nearest one; whom `--as` names logs in."""
        from coder.service.project.opened import open_project

        return open_project(self.folder_of_project, person=getattr(self, "person", ""))

    def close(self) -> None:
        """Let go of the project if it was opened."""
        if "project" in vars(self):
            self.project.close()


class Parser(ArgumentParser):
    """Bad use is an error like any other: what, and what to do."""

    def __init__(self, prog: str, description: str, **settings: Any) -> None:
        formatter = RawDescriptionHelpFormatter
        super().__init__(prog, description=description, formatter_class=formatter, **settings)

    def error(self, message: str) -> Any:
        raise CoderError("cli.bad_use", what=f"{message[:1].upper()}{message[1:]}", command=self.prog)

    def add(self, command: str, options: Iterable[Option]) -> None:
        """Add options with their words."""
        for option in options:
            action = self.add_argument(*option.names, **option.settings)
            keys = (f"commands.{command}.{action.dest}", f"commands.any.{action.dest}")
            key = next(filter(has, keys), None)
            names = {"names": ", ".join(option.one_of())} if option.one_of else {}
            action.help = say("en", key, **names) if key else None


def overview() -> Parser:
    """The parser that finds the command; its help names them all."""
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:<{width}}  {say('en', f'commands.{name}')}" for name in COMMANDS)
    found = Parser("coder", say("en", "cli.about"), epilog=say("en", "cli.commands", commands=listed))
    found.usage = "coder COMMAND [options]"
    found.add_argument("--version", action="version", version=f"coder {__version__}")
    found.add("any", _EVERYWHERE)
    found.add_argument("command", nargs="?", help=SUPPRESS)
    found.add_argument("words", nargs=REMAINDER, help=SUPPRESS)
    return found


def parser_of(command: str) -> Parser:
    """The parser of one command."""
    found = Parser(f"coder {command}", say("en", f"commands.{command}.about"))
    found.add("any", _EVERYWHERE)
    found.add(command, COMMANDS[command])
    return found
