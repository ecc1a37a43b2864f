"""The screens in a browser: each request is somebody's, each person has one process; textual-serve runs it.

textual-serve brings xterm.js to the browser and carries what is typed to a process and back what that draws.
Who it is for is decided here. Needs the extra `web`.
"""

from __future__ import annotations

import asyncio
import json
import shlex
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web
from textual_serve import server as textual_server
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from coder.errors import CoderError
from coder.messages.catalogue import say

PAGE = Path(str(files("coder.tui") / "page"))
XTERM = Path(textual_server.__file__).parent / "static"
DRIVER = "TEXTUAL_DRIVER=coder.tui.browser_driver:BrowserDriver"
PATIENCE = 10.0  # seconds for which a person's new process waits for the one before it to end
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

Command = Callable[[str], Sequence[str]]
"""What is run for a person of that name; raises CoderError for somebody for whom nothing is."""


class Screens(AppService):
    """One person's process; whose page is told when it ends, however it ends."""

    async def run(self) -> None:
        """Carry what the process draws to the page."""
        try:
            await super().run()
        finally:
            await self.remote_close()


@dataclass(frozen=True)
class Door:
    """Who comes in: whom a header names that the proxy sets, or `person`, by a path nobody guesses."""

    lang: str
    command: Command
    header: str = ""
    person: str = ""
    path: str = ""

    def name(self, request: web.Request) -> str:
        """Whose request it is; raises CoderError where that is not said, or said twice."""
        if not self.header:
            return self.person
        said = request.headers.getall(self.header, [])
        if len(said) != 1 or not said[0].strip():
            raise CoderError("browser.no_name" if not said else "browser.which_name", header=self.header)
        return said[0].strip()


class BrowserServer:
    """Pages and connections; `app` is what is run."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self._running: dict[str, Screens] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def app(self) -> web.Application:
        """The application, ready to run."""
        app, path = web.Application(middlewares=[self._refusing]), self.door.path
        app.router.add_get(f"{path}/", self._page)
        app.router.add_get(f"{path}/ws", self._connect)
        app.router.add_static(f"{path}/static", XTERM)
        app.router.add_static(f"{path}/page", PAGE)
        app.on_shutdown.append(self._stop_all)
        return app

    @web.middleware
    async def _refusing(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Answer nobody without a name, and say on a page why somebody is refused."""
        try:
            self.door.name(request)
            response = await handler(request)
        except CoderError as error:
            response = self._answer("refused.html", 403, words=error.words(self.door.lang))
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    async def _page(self, request: web.Request) -> web.Response:
        await self._command(request)  # whoever is refused is told on a page
        return self._answer("screens.html", 200)

    def _answer(self, page: str, status: int, words: Sequence[str] = ("", "")) -> web.Response:
        lang = self.door.lang
        told = {key: say(lang, f"browser.{key}") for key in ("title", "opening", "closed", "again")}
        told |= {"lang": lang, "dir": "rtl" if lang == "ar" else "ltr", "what": words[0], "hint": words[1]}
        text = Template((PAGE / page).read_text("utf-8")).substitute({k: escape(v) for k, v in told.items()})
        return web.Response(text=text, status=status, content_type="text/html")

    async def _command(self, request: web.Request) -> str:
        words = await asyncio.to_thread(self.door.command, self.door.name(request))
        return f"exec env {DRIVER} {shlex.join(words)}"

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        """A person's page: its process, in place of one that runs for another page of theirs."""
        # A page of another site could connect with the cookies or the password that the proxy goes by.
        if urlsplit(request.headers.get("Origin", "")).netloc != request.host:
            raise CoderError("browser.elsewhere", host=request.host)
        command, name = await self._command(request), self.door.name(request)
        page = web.WebSocketResponse(heartbeat=15)
        await page.prepare(request)
        screens = Screens(
            command,
            write_bytes=page.send_bytes,
            write_str=page.send_str,
            close=page.close,  # type: ignore[arg-type]
            download_manager=DownloadManager(),
        )
        async with self._turns[name]:
            await self._stop(name)
            self._running[name] = screens
            await screens.start(_cells(request, "width", 80), _cells(request, "height", 24))
        try:
            await _carry(page, screens)
        finally:
            await asyncio.shield(self._stop(name, screens))
        return page

    async def _stop(self, name: str, screens: Screens | None = None) -> None:
        """End a person's process, or this one of theirs, and wait until it has written what was done."""
        running = screens or self._running.get(name)
        if running is None:
            return
        if self._running.get(name) is running:
            del self._running[name]
        await asyncio.wait([asyncio.ensure_future(running.stop())], timeout=PATIENCE)

    async def _stop_all(self, _: web.Application) -> None:
        await asyncio.gather(*map(self._stop, list(self._running)))


def _cells(request: web.Request, side: str, usual: int) -> int:
    told = request.query.get(side, "")
    return min(1000, int(told)) if told.isascii() and told.isdecimal() else usual


async def _carry(page: web.WebSocketResponse, screens: Screens) -> None:
    """What comes from a page, in textual-serve's words, until the page or the process ends."""
    async for message in page:
        if message.type is not WSMsgType.TEXT:
            continue
        try:
            told = json.loads(message.data)
        except ValueError:  # no page of ours speaks so
            return
        match told:
            case ["stdin", str(typed)]:
                await screens.send_bytes(typed.encode("utf-8", "replace"))
            case ["resize", {"width": int(width), "height": int(height)}]:
                await screens.set_terminal_size(min(1000, width), min(1000, height))
            case ["ping", str(when)]:
                await page.send_json(["pong", when])
            case ["blur"]:
                await screens.blur()
            case ["focus"]:
                await screens.focus()


def serve(door: Door, host: str, port: int, ready: Callable[[], None]) -> None:
    """Serve until interrupted; ready: called when pages can come. Raises OSError where the port is taken."""
    web.run_app(BrowserServer(door).app(), host=host, port=port, access_log=None, print=lambda _: ready())
