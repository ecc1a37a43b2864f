"""The screens in a browser: every request belongs to a person, and each person has one process.

textual-serve provides xterm.js and the protocol between the page and a process that runs the screens. This
module identifies the person and manages the processes. Needs the extra `web`.
"""

from __future__ import annotations

import asyncio
import json
import shlex
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web
from msgspec import Struct
from textual_serve import server as textual_server
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from coder.errors import CoderError
from coder.messages.catalogue import say

PAGE = Path(str(files("coder.tui") / "page"))
XTERM = Path(textual_server.__file__).parent / "static"
DRIVER = "TEXTUAL_DRIVER=coder.tui.browser_driver:BrowserDriver"
PATIENCE = 10.0  # seconds that a person's new process waits for the previous one to end
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

Command = Callable[[str], Sequence[str]]
"""Returns the command line to run for the person of that name; raises CoderError if they have no access."""


class Screens(AppService):
    """One person's process; its page is notified when it ends, for whatever reason."""

    async def run(self) -> None:
        """Forward the process's output to the page."""
        try:
            await super().run()
        finally:
            await self.remote_close()


class Door(Struct, frozen=True):
    """How people are identified: by a header that the proxy sets, or as `person` on an unguessable path."""

    lang: str
    command: Command
    header: str = ""
    person: str = ""
    path: str = ""

    def name(self, request: web.Request) -> str:
        """Return the name of the person; raises CoderError unless the header gives exactly one."""
        if not self.header:
            return self.person
        names = request.headers.getall(self.header, [])
        if len(names) != 1 or not names[0].strip():
            raise CoderError(
                "browser.which_name" if names else "browser.no_name", header=self.header
            )
        return names[0].strip()


class BrowserServer:
    """Serves the pages and connects each to its person's process; `app` builds the web application."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self._running: dict[str, Screens] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def app(self) -> web.Application:
        """Return the application, ready to run."""
        app, path = web.Application(middlewares=[self._check_access]), self.door.path
        app.router.add_get(f"{path}/", self._page)
        app.router.add_get(f"{path}/ws", self._connect)
        app.router.add_static(f"{path}/static", XTERM)
        app.router.add_static(f"{path}/page", PAGE)
        app.on_shutdown.append(self._stop_all)
        return app

    @web.middleware
    async def _check_access(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Refuse requests without a name, with a page that gives the reason."""
        try:
            self.door.name(request)
            response = await handler(request)
        except CoderError as error:
            response = self._answer(
                "refused.html", 403, words=error.words(self.door.lang)
            )
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    async def _page(self, request: web.Request) -> web.Response:
        await self._command(
            request
        )  # raises for people without access, who then get the refusal page
        return self._answer("screens.html", 200)

    def _answer(
        self, page: str, status: int, words: Sequence[str] = ("", "")
    ) -> web.Response:
        lang = self.door.lang
        gaps = {
            key: say(lang, f"browser.{key}")
            for key in ("title", "opening", "closed", "again")
        }
        gaps |= {
            "lang": lang,
            "dir": "rtl" if lang == "ar" else "ltr",
            "what": words[0],
            "hint": words[1],
        }
        text = Template((PAGE / page).read_text("utf-8")).substitute(
            {k: escape(v) for k, v in gaps.items()}
        )
        return web.Response(text=text, status=status, content_type="text/html")

    async def _command(self, request: web.Request) -> str:
        words = await asyncio.to_thread(self.door.command, self.door.name(request))
        return f"exec env {DRIVER} {shlex.join(words)}"

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        """Start a process for a person's page, after stopping the one of their previous page."""
        # A page of another site could otherwise connect with the person's cookies or password for the proxy.
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
        async with self._locks[name]:
            await self._stop(name)
            self._running[name] = screens
            await screens.start(
                _cells(request, "width", 80), _cells(request, "height", 24)
            )
        try:
            await _carry(page, screens)
        finally:
            await asyncio.shield(self._stop(name, screens))
        return page

    async def _stop(self, name: str, screens: Screens | None = None) -> None:
        """Stop the given process, or the person's current one, and wait until it has saved its work."""
        running = screens or self._running.get(name)
        if running is None:
            return
        if self._running.get(name) is running:
            del self._running[name]
        await asyncio.wait([asyncio.ensure_future(running.stop())], timeout=PATIENCE)

    async def _stop_all(self, _: web.Application) -> None:
        await asyncio.gather(*map(self._stop, list(self._running)))


def _cells(request: web.Request, side: str, default: int) -> int:
    value = request.query.get(side, "")
    return min(1000, int(value)) if value.isascii() and value.isdecimal() else default


async def _carry(page: web.WebSocketResponse, screens: Screens) -> None:
    """Forward the page's messages (textual-serve's protocol) to the process until either ends."""
    async for message in page:
        if message.type is not WSMsgType.TEXT:
            continue
        try:
            packet = json.loads(message.data)
        except ValueError:  # not from our page
            return
        match packet:
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
    """Serve until interrupted; ready: called once listening. Raises OSError if the port is taken."""
    web.run_app(
        BrowserServer(door).app(),
        host=host,
        port=port,
        access_log=None,
        print=lambda _: ready(),
    )
