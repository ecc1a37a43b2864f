"""The screens in a browser: every request belongs to a person, and each person has one
process.

textual-serve provides xterm.js and the protocol between the page and a process that
runs the screens. This module identifies the person and manages the processes. Needs the
extra `web`.
"""

from __future__ import annotations

import asyncio
import logging
import shlex
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from aiohttp import WSMsgType, web
from msgspec import Struct
from textual_serve import server as textual_server
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from coder.errors import CoderError
from coder.foreign import from_json
from coder.messages.catalogue import say
from coder.model import Json

PAGE = Path(str(files("coder.tui") / "page"))
XTERM = Path(textual_server.__file__).parent / "static"
DRIVER = "TEXTUAL_DRIVER=coder.tui.browser_driver:BrowserDriver"
PATIENCE = 10.0  # seconds that a person's new process waits for the previous one to end
GRACE = 30.0
"""Seconds after which a process that was asked to end is killed.

Within them it gives up waiting for a locked database, and keeps the work in a file.
"""
_LARGEST_MESSAGE = (
    2**20
)  # bytes of a message from the page; a longer one ends the connection
_MOST_TYPED = 2**17
"""Characters of a message that are given to the process, which says so if it does not
take them all.
"""
_MOST_CELLS = 1_000
_LOG = logging.getLogger(__name__)
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

Command = Callable[[str], Sequence[str]]
"""Returns the command line to run for the person of that name; raises CoderError if
they have no access.
"""


class Screens(AppService):
    """One person's process; its page is notified when it ends, for whatever reason."""

    _ending: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Forward the process's output to the page."""
        try:
            await super().run()
        finally:
            await self.remote_close()

    def end(self) -> asyncio.Task[None]:
        """End the process, however often this is called; the task is done when it has
        ended.
        """
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())
        return self._ending

    async def _end(self) -> None:
        """Ask the process to save its work and end; kill it if it does not."""
        process = self._process  # AppService offers no other way to kill it
        if process is None:
            return
        stopping = asyncio.create_task(self.stop())
        ending = asyncio.create_task(process.wait())
        await asyncio.wait([stopping, ending], timeout=GRACE)
        if not ending.done():
            process.kill()
        await ending
        await stopping


class Door(Struct, frozen=True):
    """How people are identified: by a header that the proxy sets, or as `person` on an
    unguessable path.
    """

    lang: str
    command: Command
    header: str = ""
    person: str = ""
    path: str = ""

    def name(self, request: web.Request) -> str:
        """Return the name of the person; raises CoderError unless the header gives
        exactly one.
        """
        if not self.header:
            return self.person
        names = request.headers.getall(self.header, [])
        if len(names) != 1 or not names[0].strip():
            raise CoderError(
                "browser.which_name" if names else "browser.no_name", header=self.header
            )
        return names[0].strip()


class BrowserServer:
    """Serves the pages and connects each to its person's process; `app` builds the web
    application.
    """

    def __init__(self, door: Door) -> None:
        self.door = door
        self._running: dict[str, Screens] = {}
        """Each person's process that has a page."""
        self._not_ended: set[Screens] = set()
        """Theirs, and those that are ending."""
        self._is_closing = False
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def app(self) -> web.Application:
        """Return the application, ready to run."""
        app = web.Application(middlewares=[self._check_access])
        path = self.door.path
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
        """Start a process for a person's page, after stopping the one of their previous
        page.
        """
        _check_origin(request, self.door.lang)
        command = await self._command(request)
        name = self.door.name(request)
        page = web.WebSocketResponse(heartbeat=15, max_msg_size=_LARGEST_MESSAGE)
        await page.prepare(request)
        screens = Screens(
            command,
            write_bytes=page.send_bytes,
            write_str=page.send_str,
            close=page.close,  # type: ignore[arg-type]
            download_manager=DownloadManager(),
        )
        try:
            async with self._locks[name]:
                await self._stop(name)
                if self._is_closing:
                    return page
                self._running[name] = screens
                self._not_ended.add(screens)
                await screens.start(
                    _cells(request, "width", 80), _cells(request, "height", 24)
                )
            await _carry(page, screens)
        finally:
            await asyncio.shield(self._stop(name, screens))
        return page

    async def _stop(self, name: str, screens: Screens | None = None) -> None:
        """Stop the given process, or the person's current one, and wait until it has
        saved its work.
        """
        running = screens or self._running.get(name)
        if running is None:
            return
        if self._running.get(name) is running:
            del self._running[name]
        ending = running.end()
        ending.add_done_callback(lambda _: self._not_ended.discard(running))
        await asyncio.wait([ending], timeout=PATIENCE)

    async def _stop_all(self, _: web.Application) -> None:
        """Stop all processes, and wait until they have ended."""
        self._is_closing = True
        for lock in [*self._locks.values()]:
            async with lock:
                pass  # a process that is being started is there then
        await asyncio.gather(*(screens.end() for screens in self._not_ended))


def _check_origin(request: web.Request, lang: str) -> None:
    """Raise CoderError if the page that connects is of another site or came without
    encryption.

    It could otherwise connect with the person's cookies or password for the proxy,
    which the browser adds.
    """
    scheme = request.headers.get("X-Forwarded-Proto", request.scheme)
    address = f"{scheme}://{request.host}"
    if request.headers.get("Origin") != address:
        error = CoderError("browser.elsewhere", address=address)
        _LOG.warning("%s %s", *error.words(lang))
        raise error


def _cells(request: web.Request, side: str, default: int) -> int:
    value = request.query.get(side, "")
    if not (value.isascii() and value.isdecimal() and len(value) < 5):
        return default
    return _within(int(value))


def _within(cells: int) -> int:
    return max(1, min(_MOST_CELLS, cells))


async def _carry(page: web.WebSocketResponse, screens: Screens) -> None:
    """Forward the page's messages (textual-serve's protocol) to the process until
    either ends.
    """
    async for message in page:
        if message.type is not WSMsgType.TEXT:
            continue
        try:
            packet = from_json(message.data)
        except ValueError:  # not from our page
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await _forward(packet, page, screens)
        except (
            TimeoutError,
            ConnectionError,
        ):  # the process is stuck, or the page gone
            return


async def _forward(packet: Json, page: web.WebSocketResponse, screens: Screens) -> None:
    match packet:
        case ["stdin", str(typed)]:
            await screens.send_bytes(typed[:_MOST_TYPED].encode("utf-8", "replace"))
        case ["resize", {"width": int(width), "height": int(height)}]:
            await screens.set_terminal_size(_within(width), _within(height))
        case ["ping", str(when)]:
            await page.send_json(["pong", when])
        case ["blur"]:
            await screens.blur()
        case ["focus"]:
            await screens.focus()


def serve(door: Door, host: str, port: int, ready: Callable[[], None]) -> None:
    """Serve until interrupted; ready: called once listening. Raises OSError if the port
    is taken.
    """
    web.run_app(
        BrowserServer(door).app(),
        host=host,
        port=port,
        access_log=None,
        print=lambda _: ready(),
    )
