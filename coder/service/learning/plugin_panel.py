"""The plug-ins that `coder.toml` names, at work beside the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from coder.errors import CoderError
from coder.model import Candidate
from coder.service.project import config as configuration
from coder.service.project.opened import Project
from coder.store.data_problems import unstorable
from coder.suggest.plugins import SECONDS, Plugin, installed, joined


class Panel:
    """Adds what plug-ins propose; one that fails is warned of once, and left out from then on."""

    def __init__(self, project: Project, warn: Callable[[str], None]) -> None:
        self.warn = warn
        self.plugins: list[Plugin] = []
        self._project = project

    def __enter__(self) -> Panel:
        config = self._project.config
        known = installed() if config.plugins else {}
        if missing := next((name for name in config.plugins if name not in known), None):
            raise CoderError(
                f"There is no plug-in {missing!r} in this Python.",
                hint=f"Installed: {', '.join(sorted(known)) or 'none'}.",
                where=str(config.folder / configuration.FILE),
            )
        with ExitStack() as started:  # else nobody would end those that run when one cannot be started
            started.callback(self.close)
            for name, settings in config.plugins.items():
                self._start(name, dict(settings))
            started.pop_all()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all plug-ins that are at work."""
        for plugin in self.plugins:
            plugin.close()

    def _start(self, name: str, settings: dict[str, Any]) -> None:
        seconds = float(settings.pop("timeout", SECONDS))
        config = self._project.config
        try:
            self.plugins.append(Plugin(name, self._project.codebook, config.folder, settings, seconds))
        except CoderError as error:
            self.warn(str(error))

    def join(self, article_id: str, found: Sequence[Candidate], rules: str) -> tuple[list[Candidate], str]:
        """The candidates with those of the plug-ins, and who proposed: `rules+NAME…`."""
        all_found, names = list(found), [rules]
        for plugin in list(self.plugins):
            try:
                more = plugin.suggest(self._project.article(article_id))
                if fault := unstorable([(each.value, each.origin) for each in more]):
                    raise CoderError(f"The plug-in {plugin.name} gave a value that holds {fault}.", hint="")
            except CoderError as error:
                self.warn(f"{article_id}: {error}")
                self.plugins.remove(plugin)
                plugin.close()
                continue
            all_found = joined(all_found, more)
            names.append(plugin.name)
        return all_found, "+".join(names)
