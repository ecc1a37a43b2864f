"""The screens in a browser, over real connections to a real server, with real processes
behind it.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType
from multidict import CIMultiDict

from coder.model import Coding
from coder.service.project.opened import open_project
from tests.support.at_rest import until

ROOT = Path(__file__).parents[2]
HEADER = "X-Forwarded-User"
Run = Callable[..., tuple[int, str, str]]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def served(
    folder: Path, *words: str, program: Sequence[str] = ("-m", "coder")
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`coder serve`, ready: its address and its process; there must be no traceback in
    its log.
    """
    asked = [
        *program,
        "--project",
        str(folder),
        "serve",
        "--port",
        str(free_port()),
        *words,
    ]
    log = folder.with_name("server.log")
    with log.open("w", encoding="utf-8") as errors:
        server = subprocess.Popen(
            [sys.executable, *asked],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        assert server.stdout is not None
        address = re.search(r"http://\S+/", server.stdout.readline())
        assert address is not None
        yield address[0], server
    finally:
        server.terminate()
        assert server.wait(60) in (0, -signal.SIGKILL)
        assert server.stdout is not None
        server.stdout.close()
    assert "Traceback" not in log.read_text("utf-8")


def go_by_header(folder: Path) -> None:
    """Have people named by a header."""
    with (folder / "coder.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[web]\nheader = "{HEADER}"\n')


@pytest.fixture
def behind_proxy(demo_folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server that goes by a header."""
    go_by_header(demo_folder)
    with served(demo_folder) as found:
        yield found


@pytest.fixture(scope="module")
def server_of_module(
    made_demo: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The same, started once for tests in which nobody changes anything."""
    folder = shutil.copytree(made_demo, tmp_path_factory.mktemp("served") / "project")
    go_by_header(folder)
    with served(folder) as found:
        yield found


@pytest.fixture
async def standing(
    server_of_module: tuple[str, subprocess.Popen[str]],
) -> AsyncIterator[tuple[str, subprocess.Popen[str]]]:
    """That server, on which no screen is open before and after the test."""
    yield server_of_module
    await until(lambda: not children(server_of_module[1]))


@asynccontextmanager
async def page(address: str, name: str = "") -> AsyncIterator[ClientWebSocketResponse]:
    """The connection that a person's page makes."""
    origin = address.split("/", 3)
    headers = {"Origin": "/".join(origin[:3]), **({HEADER: name} if name else {})}
    async with (
        ClientSession() as session,
        session.ws_connect(
            f"{address}ws?width=100&height=30", headers=headers
        ) as connection,
    ):
        yield connection


async def drawn(
    connection: ClientWebSocketResponse, words: str, seconds: float = 60
) -> None:
    """Wait until something is drawn."""
    seen = b""
    async with asyncio.timeout(seconds):
        async for message in connection:
            assert message.type is WSMsgType.BINARY or message.data.startswith(
                '["pong"'
            )
            seen += message.data if message.type is WSMsgType.BINARY else b""
            if words.encode() in seen:
                return
    raise AssertionError(f"closed before {words} was drawn")


async def ended(connection: ClientWebSocketResponse) -> None:
    """Wait until the server closes the page."""
    async with asyncio.timeout(60):
        while not connection.closed:
            await connection.receive()


def stored(folder: Path, coder: str) -> Coding | None:
    """What a coder did on the article that opens first."""
    project = open_project(folder)
    with project.store.read() as queries:
        found = queries.coding(queries.assignments(coder)[0].article, coder)
    project.close()
    return found


def confirmed(folder: Path, coder: str) -> int:
    coding = stored(folder, coder)
    return sum(span.decision == "confirmed" for span in coding.spans) if coding else 0


def said(folder: Path) -> list[str]:
    """All comments."""
    project = open_project(folder)
    with project.store.read() as queries:
        found = [each.text for each in queries.remarks()]
    project.close()
    return found


def is_over(pid: int) -> bool:
    """Whether a process has ended; one that nobody has asked after is still listed."""
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def most_memory(pid: int) -> int:
    """How many bytes of memory a process has had at most."""
    [line] = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(line) * 1024


def children(server: subprocess.Popen[str]) -> list[int]:
    return [
        int(i)
        for i in Path(f"/proc/{server.pid}/task/{server.pid}/children")
        .read_text()
        .split()
    ]


async def test_each_person_works_as_whom_the_header_names(
    behind_proxy: tuple[str, subprocess.Popen[str]], demo_folder: Path
) -> None:
    address, server = behind_proxy
    async with page(address, "you") as connection:
        await drawn(connection, "you")
        # Escape and the key behind it come at once: they are two keys.
        await connection.send_json(["stdin", "v"])
        await connection.send_json(["stdin", "\x1ba"])
        await until(lambda: confirmed(demo_folder, "you") == 1)
        assert len(children(server)) == 1
    await until(lambda: not children(server))  # the page is gone, and so is its process


async def test_what_a_browser_pastes_keeps_its_lines_and_presses_no_key(
    behind_proxy: tuple[str, subprocess.Popen[str]], demo_folder: Path
) -> None:
    async with page(behind_proxy[0], "you") as connection:
        await drawn(connection, "you")
        # xterm.js sends a line's end as Enter, and all between the marks of a bracketed
        # paste.
        await connection.send_json(
            ["stdin", "\x1b[200~aaa\x1b[201~"]
        )  # nothing is asked: no `a` is pressed
        await connection.send_json(["stdin", ";"])
        await connection.send_json(["stdin", "\x1b[200~قاعدة عين\rالأسد\x1b[201~"])
        await connection.send_json(["stdin", "\x13"])  # Ctrl+S
        await until(lambda: said(demo_folder) == ["قاعدة عين\nالأسد"])
        assert confirmed(demo_folder, "you") == 0


async def test_a_supervisor_gets_the_review_screen(
    standing: tuple[str, subprocess.Popen[str]],
) -> None:
    async with page(standing[0], "salma") as connection:
        await drawn(connection, "basim")


async def test_whoever_is_not_named_or_not_known_is_told_on_a_page(
    behind_proxy: tuple[str, subprocess.Popen[str]], demo_folder: Path, run_coder: Run
) -> None:
    address, server = behind_proxy
    assert run_coder("--project", demo_folder, "people", "retire", "basim")[0] == 0
    told = {
        (): "الترويسة X-Forwarded-User غائبة",
        (("X-Forwarded-User", "you"), ("X-Forwarded-User", "salma")): "تتكرّر",
        (("X-Forwarded-User", " "),): "لا تسمّي أحداً",
        (("X-Forwarded-User", "nobody"),): "nobody",
        (("X-Forwarded-User", "basim"),): "basim",
        (("X-Forwarded-User", "--help"),): "--help",
        (("X-Forwarded-User", "<b>"),): "&lt;b&gt;",
        (("X-Forwarded-User", "amal"),): "amal",  # all her articles are submitted
    }
    async with ClientSession() as session:
        for headers, words in told.items():
            for path in ("", "ws"):
                async with session.get(
                    address + path,
                    headers=CIMultiDict([*headers, ("Origin", address[:-1])]),
                ) as answer:
                    assert answer.status == 403
                    assert words in (said := await answer.text())
                    assert (
                        words == "amal" or "amal" not in said
                    )  # who is in the team is not told
        async with session.get(f"{address}static/js/textual.js") as answer:
            assert answer.status == 403
    assert not children(server)


async def test_a_page_of_another_site_opens_no_screen(
    standing: tuple[str, subprocess.Popen[str]],
) -> None:
    address, server = standing
    own = address[:-1]
    encrypted = own.replace("http", "https")
    refused: Sequence[dict[str, str]] = (
        {},
        {"Origin": "http://example.org"},
        {"Origin": "http://["},
        {"Origin": encrypted},
        {"Origin": own, "X-Forwarded-Proto": "https"},
        {"Origin": encrypted, "X-Forwarded-Proto": "http"},
    )
    async with ClientSession() as session:
        for headers in refused:
            async with session.get(
                f"{address}ws", headers={HEADER: "you", **headers}
            ) as answer:
                assert answer.status == 403
        assert not children(server)
        async with session.ws_connect(
            f"{address}ws",
            headers={
                HEADER: "you",
                "Origin": encrypted,
                "X-Forwarded-Proto": "https",
            },
        ) as connection:
            await drawn(connection, "you")


async def test_a_flood_of_typed_text_is_refused_and_said(demo_folder: Path) -> None:
    settings = demo_folder / "coder.toml"
    words = settings.read_text("utf-8")
    settings.write_text(words.replace('language = "ar"', 'language = "en"'), "utf-8")
    with served(demo_folder, "--as", "you") as (address, server):
        async with page(address) as connection:
            await drawn(connection, "you")
            await connection.send_json(["stdin", ";" + "x" * 900_000])
            await drawn(connection, "Too many keys")
            [screens] = children(server)
            assert most_memory(screens) < 400_000_000
            await asyncio.sleep(1)
            await connection.send_json(["stdin", "y\x13"])  # Ctrl+S
            await until(lambda: said(demo_folder) != [])
            await connection.send_json(["stdin", "\x11"])  # Ctrl+Q
            await ended(connection)
    [comment] = said(demo_folder)
    # A thousand may wait, while some of those before are handled.
    assert re.fullmatch("x{900,3000}y", comment), len(comment)


@pytest.mark.parametrize("message", ["[" * 100_000, "x", json.dumps(["x" * 2**20])])
async def test_a_message_of_no_page_of_ours_ends_the_screen(
    standing: tuple[str, subprocess.Popen[str]], message: str
) -> None:
    address, server = standing
    async with page(address, "you") as connection:
        await drawn(connection, "you")
        await connection.send_str(message)
        await ended(connection)
        await until(lambda: not children(server))


async def test_a_size_that_no_screen_has_is_ignored(
    standing: tuple[str, subprocess.Popen[str]],
) -> None:
    address, _ = standing
    headers = {HEADER: "you", "Origin": address[:-1]}
    async with (
        ClientSession() as session,
        session.ws_connect(
            f"{address}ws?width={'9' * 5_000}&height=0", headers=headers
        ) as connection,
    ):
        await drawn(connection, "you")
        await connection.send_json(["resize", {"width": -5, "height": 10**9}])
        await connection.send_json(["resize", {"width": 100, "height": 30}])
        await connection.send_json(["stdin", "\x11"])  # Ctrl+Q
        await ended(connection)


# The server, which is less patient with processes that do not end.
IMPATIENT = """
from coder.cli.main import main
from coder.tui import browser
browser.PATIENCE = browser.GRACE = 1.0
raise SystemExit(main())
"""


@pytest.mark.parametrize("reason", ["closed", "replaced", "stopped"])
async def test_a_process_that_does_not_end_is_killed(
    demo_folder: Path, reason: str
) -> None:
    go_by_header(demo_folder)
    with served(demo_folder, program=("-c", IMPATIENT)) as (address, server):
        async with page(address, "you") as connection:
            await drawn(connection, "you")
            [stuck] = children(server)
            os.kill(stuck, signal.SIGSTOP)
            if reason == "closed":
                await connection.close()
            elif reason == "replaced":
                async with page(address, "you") as second:
                    await drawn(second, "you")
                    await until(lambda: is_over(stuck))
                    assert len(children(server)) == 1
            else:
                server.terminate()
                await until(lambda: server.poll() is not None)
            await until(lambda: is_over(stuck))


async def test_a_process_that_takes_no_input_ends_with_its_page(
    demo_folder: Path,
) -> None:
    go_by_header(demo_folder)
    with served(demo_folder, program=("-c", IMPATIENT)) as (address, server):
        async with page(address, "you") as connection:
            await drawn(connection, "you")
            [stuck] = children(server)
            os.kill(stuck, signal.SIGSTOP)
            for _ in range(10):
                await connection.send_json(["stdin", "x" * 100_000])
            await until(lambda: is_over(stuck))


async def test_a_second_page_takes_over_from_the_first(
    behind_proxy: tuple[str, subprocess.Popen[str]], demo_folder: Path
) -> None:
    address, server = behind_proxy
    async with page(address, "you") as first:
        await drawn(first, "you")
        await first.send_json(["stdin", "a"])
        await until(lambda: confirmed(demo_folder, "you") == 1)
        async with page(address, "you") as second:
            await ended(first)
            await drawn(second, "you")
            assert len(children(server)) == 1
            async with page(address, "salma") as other:
                await drawn(other, "salma")
                assert len(children(server)) == 2 and not second.closed


async def test_a_page_is_told_when_the_screens_are_left(
    standing: tuple[str, subprocess.Popen[str]],
) -> None:
    async with page(standing[0], "you") as connection:
        await drawn(connection, "you")
        await connection.send_json(["stdin", "\x11"])  # Ctrl+Q
        await ended(connection)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
async def test_no_process_outlives_the_server(
    behind_proxy: tuple[str, subprocess.Popen[str]],
    demo_folder: Path,
    ending: signal.Signals,
) -> None:
    address, server = behind_proxy
    async with page(address, "you") as connection:
        await drawn(connection, "you")
        await connection.send_json(["stdin", "a"])
        await until(lambda: confirmed(demo_folder, "you") == 1)
        [screens] = children(server)
        server.send_signal(ending)
        await until(lambda: is_over(screens))
        await until(lambda: server.poll() is not None)


async def test_alone_at_a_machine_the_path_is_the_key(demo_folder: Path) -> None:
    with served(demo_folder, "--as", "you") as (address, _):
        root = "/".join(address.split("/")[:3])
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{22}/", address)
        async with ClientSession() as session:
            async with session.get(address) as answer:
                assert answer.status == 200 and 'dir="rtl"' in await answer.text()
            for file in (
                "page/page.js",
                "page/DejaVuSansMono.woff2",
                "static/js/textual.js",
            ):
                async with session.get(address + file) as answer:
                    assert answer.status == 200
            for path in ("/", "/ws", "/static/js/textual.js"):
                async with session.get(
                    root + path, headers={HEADER: "salma"}
                ) as answer:
                    assert answer.status == 404
        async with page(
            address, "salma"
        ) as connection:  # nobody asks for a header here
            await drawn(connection, "you")


def test_what_would_let_anybody_in_is_refused(
    demo_folder: Path, run_coder: Run
) -> None:
    def refused(*words: str) -> str:
        code, out, err = run_coder("--project", demo_folder, "serve", *words)
        assert (code, out) == (2, "")
        return err

    assert "Nothing says who uses this screen." in refused()
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.org"):
        assert f"At {host}, users of other machines could open" in refused(
            "--as", "you", "--host", host
        )
    assert "nobody called 'eve'" in refused("--as", "eve")
    with (demo_folder / "coder.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[web]\nheader = "{HEADER}"\n')
    assert f"and by the header {HEADER} in coder.toml" in refused("--as", "you")


def test_the_header_has_a_name_that_headers_can_have(
    demo_folder: Path, run_coder: Run
) -> None:
    with (demo_folder / "coder.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[web]\nheader = "X Forwarded: User"\n')
    code, _, err = run_coder("--project", demo_folder, "serve")
    assert (
        code == 2
        and "[web] header is X Forwarded: User, which is not the name of a header."
        in err
    )


def test_without_the_extra_it_is_said_what_to_install(demo_folder: Path) -> None:
    hidden = "import sys; sys.modules['textual_serve'] = None; from coder.cli.main import main; sys.exit(main())"
    words = [
        sys.executable,
        "-c",
        hidden,
        "--project",
        str(demo_folder),
        "serve",
        "--as",
        "you",
    ]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert (
        "needs the packages textual-serve and aiohttp" in done.stderr
        and "'.[web]'" in done.stderr
    )
