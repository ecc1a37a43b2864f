"""Configuration: a project's `coder.toml` and the user's own file.

The user's file is `$XDG_CONFIG_HOME/coder/config.toml` (XDG Base Directory
Specification); it holds only the tables `[terminal]` and `[view]`. The project's values
take precedence over it, except for the theme.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeGuard, get_args
from urllib.parse import urlsplit

from msgspec import Struct, field

from coder.errors import CoderError
from coder.foreign import MAX_DEPTH, TOO_DEEP, TOO_LONG, excess, expect_file
from coder.model import AGREED, POLICIES, STAGES, TRAINING
from coder.store.whole_file import GROUP, PRIVATE

FILE = "coder.toml"
TEXT = re.compile(
    r"[\w-][\w.-]*\.(?:toml|ya?ml)"
)  # names of the text files included in backups and packets
DEFAULT_DATABASE = "sqlite:///coder.db"
DAY = 24 * 60 * 60  # the longest timeout of a plug-in, in seconds
Language = Literal["ar", "en"]
Setting: TypeAlias = Literal[
    "auto", "plain", "lrm"
]  # how to emit bidirectional text; auto: detected
OWN_THEMES = ("dark", "light", "high-contrast", "colour-blind")
COLOUR_THEMES = (
    *OWN_THEMES,
    *(
        "nord",
        "gruvbox",
        "dracula",
        "tokyo-night",
        "monokai",
        "catppuccin-mocha",
        "rose-pine",
        "one-dark",
    ),
    *(
        "solarized-dark",
        "everforest",
        "solarized-light",
        "catppuccin-latte",
        "rose-pine-dawn",
        "sepia",
    ),
)


class View(Struct, frozen=True):
    """How text is displayed in the terminal."""

    mode: Setting = "auto"
    tashkeel: bool = True  # whether vowel signs are drawn
    # one of COLOUR_THEMES; auto: dark or light, like the terminal's background
    theme: str = "auto"
    language: Language | Literal[""] = ""  # of the person's screens; "": the project's


class GoldRules(Struct, frozen=True):
    """How gold is made without deciding each value by hand.

    policies: in order of application. trusted: stage → coder whose coding is adopted.
    sign_off: the share of the gold, from 0 to 1, that a second supervisor signs. spans:
    whether spans are adjudicated as well.
    """

    policies: Sequence[str] = (AGREED,)
    trusted: Mapping[str, str] = field(default_factory=dict)
    sign_off: float = 0
    spans: bool = False


class About(Struct, frozen=True):
    """The metadata of the project's datasets; license: an SPDX identifier or free text,
    "" for none.
    """

    title: str = ""
    description: str = ""
    authors: Sequence[str] = ()
    license: str = ""
    url: str = ""
    doi: str = ""


class Config(Struct, frozen=True):
    """The contents of `coder.toml`; relative paths are relative to its folder."""

    folder: Path
    name: str
    database: str = DEFAULT_DATABASE
    codebook: str = "codebook.yaml"
    language: Language = "ar"
    view: View = View()
    # Span kind → the lowest score at which a candidate is shown.
    thresholds: Mapping[str, float] = field(default_factory=dict)
    # Suggester plug-in → its settings.
    plugins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    gold: GoldRules = GoldRules()
    dataset: About = About()
    header: str = (
        ""  # HTTP header in which the proxy before `coder serve` names the user
    )
    group: bool = False  # whether new files are also for their owner's group

    @property
    def shown_in(self) -> Language:
        """The language of screens, and of commands that show labels: the person's, else
        the project's.
        """
        return self.view.language or self.language

    @property
    def file_mode(self) -> int:
        """The mode of new files with people's work: databases, backups, packets,
        rescued work.
        """
        return GROUP if self.group else PRIVATE

    @property
    def database_url(self) -> str:
        """The database URL, with a relative SQLite path made absolute."""
        path = self.database.removeprefix("sqlite:///")
        if path == self.database or path.startswith("/"):
            return self.database
        return f"sqlite:///{self.folder.resolve() / path}"


# Table of a project's coder.toml, "" for the file itself → the names in it; `[dataset]`
# is checked by itself.
_NAMES: Mapping[str, Sequence[str]] = {
    "": (
        "name",
        "database",
        "codebook",
        "ui",
        "view",
        "terminal",
        "suggest",
        "gold",
        "dataset",
        "web",
        "files",
    ),
    "ui": ("language",),
    "view": ("tashkeel", "theme"),
    "terminal": ("mode",),
    "suggest": ("threshold", "plugins"),
    "gold": GoldRules.__struct_fields__,
    "web": ("header",),
    "files": ("group",),
}


def read(folder: Path) -> Config:
    """Read the configuration of a project folder; raises a CoderError that names file
    and line.
    """
    path = folder / FILE
    table = _table(path)
    _expect_known_names(table, path)
    texts = {
        key: table[key] for key in ("name", "database", "codebook") if key in table
    }
    for key, value in texts.items():
        if not isinstance(value, str):
            raise CoderError("config.not_a_text", place=key, where=str(path))
    try:
        _ = urlsplit(texts.get("database", DEFAULT_DATABASE)).port
    except ValueError as error:
        lines = path.read_text("utf-8").splitlines()
        number = next(
            (n for n, line in enumerate(lines, start=1) if "database" in line), 1
        )
        raise CoderError(
            "config.bad_port", problem=str(error), where=f"{path}:{number}"
        ) from None
    language = _inner(table, "ui", path).get("language", "ar")
    if language not in get_args(Language):
        raise CoderError(
            "config.language", place="ui.language", value=language, where=str(path)
        )
    view = _view(table, path, under=user_view())
    suggest = _inner(table, "suggest", path)
    scores = _inner(suggest, "threshold", path, within="suggest.")
    for kind, score in scores.items():
        if not _is_number(score) or not 0 <= score <= 1:
            raise CoderError(
                "config.threshold", kind=kind, value=score, where=str(path)
            )
    plugins = _plugins(suggest, path)
    header = _inner(table, "web", path).get("header", "")
    if not isinstance(header, str) or not re.fullmatch(r"[A-Za-z0-9-]*", header):
        raise CoderError("config.header", value=header, where=str(path))
    group = _inner(table, "files", path).get("group", False)
    if not isinstance(group, bool):
        raise CoderError("config.group", value=group, where=str(path))
    return Config(
        folder,
        **{"name": folder.name, **texts},
        language=language,
        view=view,
        thresholds={kind: float(score) for kind, score in scores.items()},
        plugins=plugins,
        gold=_gold(_inner(table, "gold", path), path),
        dataset=_about(_inner(table, "dataset", path), path),
        header=header,
        group=group,
    )


def opens_to_group(text: str) -> bool:
    """Return whether the text of a `coder.toml` opens new files to the group."""
    try:
        files = tomllib.loads(text).get("files")
    except (ValueError, RecursionError):
        return False  # `read` says what is wrong
    return isinstance(files, dict) and files.get("group") is True


def user_file() -> Path:
    """Return the path of the user's own configuration file, which need not exist."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "coder" / "config.toml"


def user_view() -> View:
    """Read the view settings from the user's own file."""
    path = user_file()
    return _view(_table(path), path, under=View()) if path.exists() else View()


def save_user_view(view: View) -> Path:
    """Write the view into the user's own file, leaving its other contents unchanged;
    return its path.
    """
    import tomlkit  # takes time to load, and is needed for writing alone

    path = user_file()
    document = tomlkit.parse(path.read_text("utf-8") if path.exists() else "")
    for table, key, value in (
        ("terminal", "mode", view.mode),
        ("view", "tashkeel", view.tashkeel),
        ("view", "theme", view.theme),
    ):
        document.setdefault(table, tomlkit.table())[key] = value
    if view.language:
        document["view"]["language"] = view.language
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(tomlkit.dumps(document), "utf-8")
    return path


def first_time(what: str) -> bool:
    """Return whether the user sees the hint `what` for the first time, and remember
    that they saw it.
    """
    path = user_file().with_name("told")
    try:
        seen = path.read_text("utf-8").split() if path.exists() else []
        if what in seen:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*seen, what, ""]), "utf-8")
    except (OSError, UnicodeDecodeError):
        pass  # told again next time, which is better than not at all
    return True


def text(config: Config) -> str:
    """Return the contents of a new project's `coder.toml`."""
    name = json.dumps(config.name, ensure_ascii=False)
    database = json.dumps(config.database)
    lines = [
        f"name = {name}",
        f"database = {database}",
        f"codebook = {json.dumps(config.codebook)}",
        "",
    ]
    lines += ["[ui]", f'language = "{config.language}"  # ar or en', ""]
    if config.thresholds:
        lines += [
            "[suggest.threshold]",
            *(f"{k} = {v}" for k, v in config.thresholds.items()),
            "",
        ]
    if config.group:
        lines += ["[files]", "group = true  # new files are for the group too", ""]
    return "\n".join(lines)


def texts(folder: Path) -> list[Path]:
    """Return the project's text files in its folder: `coder.toml`, codebooks and their
    lexicons.
    """
    return [
        path
        for path in sorted(folder.iterdir())
        if TEXT.fullmatch(path.name) and path.is_file()
    ]


def find(start: Path | None = None) -> Path:
    """Find the project folder: `start` or the nearest folder above it that has a
    coder.toml.

    Without `start`, `CODER_PROJECT` names the folder, or else the search starts at the
    current one.
    """
    if start is None and (named := os.environ.get("CODER_PROJECT")):
        start = Path(named)
        if not (start / FILE).is_file():
            raise CoderError("config.no_project_named", folder=start, file=FILE)
        return start
    here = (start or Path.cwd()).resolve()
    if not here.exists():  # else a mistyped path would resolve to the project around it
        raise CoderError("config.no_folder", folder=here)
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    raise CoderError("config.no_project", folder=here, file=FILE)


def _table(path: Path) -> dict[str, Any]:
    expect_file(path)
    try:
        text = path.read_text("utf-8")
        table = tomllib.loads(text)
        if not (what := excess(table)):
            return table
    except tomllib.TOMLDecodeError as error:
        raise CoderError(
            "config.not_toml", problem=str(error), where=str(path)
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CoderError(
            "config.unreadable", problem=str(error), where=str(path)
        ) from None
    except RecursionError:
        what = TOO_DEEP
    except ValueError:
        what = TOO_LONG
    raise CoderError(
        "config.unusable", problem=what, where=f"{path}:{_first_excess(text)}"
    )


def _expect_known_names(table: Mapping[str, Any], path: Path) -> None:
    """Refuse a name that nothing reads: a misspelt one would have no effect, and nobody
    would know.
    """
    for place, names in _NAMES.items():
        for name in _inner(table, place, path) if place else table:
            if name not in names:
                whole = f"{place}.{name}" if place else name
                where = f"{path}:{_line_of(whole, path)}"
                raise CoderError(
                    "config.unknown", name=whole, names=", ".join(names), where=where
                )


def _line_of(name: str, path: Path) -> int:
    """Return the first line that gives a value to a dotted name or heads its table; 1
    if none does.
    """
    table = ""
    for number, line in enumerate(
        map(str.strip, path.read_text("utf-8").splitlines()), start=1
    ):
        if line.startswith("["):
            table = line.lstrip("[").partition("]")[0]
            given = table
        else:
            given = (
                f"{table}.{line.partition('=')[0]}" if table else line.partition("=")[0]
            )
        plain = re.sub(r"[^\w.-]", "", given)
        if f"{plain}.".startswith(f"{name}."):
            return number
    return 1


def _first_excess(text: str) -> int:
    """Return the first line with absurdly deep nesting, many dotted names or a very
    long word; 1 if none.
    """
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        depth += len(re.findall(r"[\[{]", line)) - len(re.findall(r"[\]}]", line))
        if max(depth, len(re.findall(r"[\[{.]", line))) > MAX_DEPTH or re.search(
            r"\w{3000}", line
        ):
            return number
    return 1


def _view(table: Mapping[str, Any], path: Path, *, under: View) -> View:
    mode = _inner(table, "terminal", path).get("mode", under.mode)
    if mode not in get_args(Setting):
        raise CoderError("config.mode", value=mode, where=str(path))
    settings = _inner(table, "view", path)
    tashkeel = settings.get("tashkeel", under.tashkeel)
    if not isinstance(tashkeel, bool):
        raise CoderError("config.tashkeel", value=tashkeel, where=str(path))
    # A theme is a personal choice.
    theme = settings.get("theme", "auto") if under.theme == "auto" else under.theme
    if theme not in ("auto", *COLOUR_THEMES):
        raise CoderError(
            "config.theme", value=theme, names=", ".join(COLOUR_THEMES), where=str(path)
        )
    language = settings.get("language", under.language)
    if language not in ("", *get_args(Language)):
        raise CoderError(
            "config.language", place="view.language", value=language, where=str(path)
        )
    return View(mode, tashkeel, theme, language)


def _gold(table: Mapping[str, Any], path: Path) -> GoldRules:
    policies = table.get("policies", [AGREED])
    share = table.get("sign_off", 0)
    if not isinstance(policies, list) or not all(each in POLICIES for each in policies):
        raise CoderError(
            "config.policies",
            value=policies,
            names=", ".join(POLICIES),
            where=str(path),
        )
    if not _is_number(share) or not 0 <= share <= 1:
        raise CoderError("config.sign_off", value=share, where=str(path))
    trusted = _inner(table, "trusted", path, within="gold.")
    stages = [stage for stage in STAGES if stage != TRAINING]
    for stage, coder in trusted.items():
        if stage not in stages or not isinstance(coder, str):
            names = ", ".join(stages)
            raise CoderError(
                "config.trusted", stage=stage, value=coder, names=names, where=str(path)
            )
    spans = table.get("spans", False)
    if not isinstance(spans, bool):
        raise CoderError("config.spans", value=spans, where=str(path))
    return GoldRules(tuple(policies), trusted, float(share), spans)


def _about(table: Mapping[str, Any], path: Path) -> About:
    for name, value in table.items():
        values = value if name == "authors" and isinstance(value, list) else [value]
        if name not in About.__struct_fields__ or not all(
            isinstance(text, str) for text in values
        ):
            names = ", ".join(About.__struct_fields__)
            raise CoderError(
                "config.dataset", name=name, value=value, names=names, where=str(path)
            )
    authors = table.get("authors", ())
    return About(
        **{
            **table,
            "authors": (authors,) if isinstance(authors, str) else tuple(authors),
        }
    )


def _plugins(suggest: Mapping[str, Any], path: Path) -> dict[str, Mapping[str, Any]]:
    """Read the tables `[suggest.plugins.NAME]`: settings expressible in JSON, `timeout`
    in seconds.
    """
    tables = _inner(suggest, "plugins", path, within="suggest.")
    settings = {
        name: _inner(tables, name, path, within="suggest.plugins.") for name in tables
    }
    for name, table in settings.items():
        seconds = table.get("timeout", 1)
        if not _is_number(seconds) or not 0 < seconds <= DAY:
            raise CoderError(
                "config.timeout", name=name, value=seconds, most=DAY, where=str(path)
            )
        for place, value in _not_json(table, f"suggest.plugins.{name}"):
            raise CoderError(
                "config.not_json", place=place, value=value, where=str(path)
            )
    return settings


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _not_json(value: object, place: str) -> Iterator[tuple[str, object]]:
    """Yield the place and value of all that JSON cannot express: dates, times,
    infinities and NaN.
    """
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _not_json(item, f"{place}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from _not_json(item, place)
    elif not isinstance(value, str | int | float) or (
        isinstance(value, float) and not isfinite(value)
    ):
        yield place, value


def _inner(
    table: Mapping[str, Any], name: str, path: Path, *, within: str = ""
) -> Mapping[str, Any]:
    inner = table.get(name, {})
    if not isinstance(inner, dict):
        raise CoderError("config.not_a_table", name=f"{within}{name}", where=str(path))
    return inner
