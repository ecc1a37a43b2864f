"""The plug-ins that `coder.toml` names, at work beside the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType

from coder.errors import CoderError
from coder.model import Candidate
from coder.service import config as configuration
from coder.service.project import Project
from coder.store.storable import fault_in
from coder.suggest.plugins import SECONDS, Plugin, installed, joined


class Panel:
    """Adds what plug-ins propose; one that fails is warned of once, and left out from then on."""

    def __init__(self, project: Project, warn: Callable[[str], None]) -> None:
        self.warn = warn
        self.plugins: list[Plugin] = []
        self._project = project

    def __enter__(self) -> Panel:
        config = self._project.config
        known = installed()
        for name, settings in config.plugins.items():
            if name not in known:
                raise CoderError(
                    f"There is no plug-in {name!r} in this Python.",
                    hint=f"Installed: {', '.join(sorted(known)) or 'none'}.",
                    where=str(config.folder / configuration.FILE),
                )
            settings = dict(settings)
            seconds = float(settings.pop("timeout", SECONDS))
            try:
                self.plugins.append(Plugin(name, self._project.codebook, config.folder, settings, seconds))
            except CoderError as error:
                self.warn(str(error))
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for plugin in self.plugins:
            plugin.close()

    def join(self, article_id: str, found: Sequence[Candidate], rules: str) -> tuple[list[Candidate], str]:
        """The candidates with those of the plug-ins, and who proposed: `rules+NAME…`."""
        all_found, names = list(found), [rules]
        for plugin in list(self.plugins):
            try:
                more = plugin.suggest(self._project.article(article_id))
                if fault := fault_in([(each.value, each.origin) for each in more]):
                    raise CoderError(f"The plug-in {plugin.name} gave a value that holds {fault}.", hint="")
            except CoderError as error:
                self.warn(f"{article_id}: {error}")
                self.plugins.remove(plugin)
                plugin.close()
                continue
            all_found = joined(all_found, more)
            names.append(plugin.name)
        return all_found, "+".join(names)
