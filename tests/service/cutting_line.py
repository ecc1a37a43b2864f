"""A line to a PostgreSQL server that breaks on demand just after a commit: done there,
never told here.
"""

from __future__ import annotations

import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

SOCKET = ".s.PGSQL.5432"


class CuttingLine:
    """A socket that passes everything on to the server's; `cut_next_commit` swallows
    that one's answer.
    """

    def __init__(self, server: Path) -> None:
        self._server = str(server / SOCKET)
        self._folder = tempfile.TemporaryDirectory(prefix="coder-line-")
        self.folder = Path(self._folder.name)
        self._armed = threading.Event()
        self.cuts = 0
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / SOCKET))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_next_commit(self) -> None:
        """The next commit that passes is done by the server, and its answer lost."""
        self._armed.set()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()
        self._folder.cleanup()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            lost = threading.Event()
            threading.Thread(
                target=self._there, args=(client, server, lost), daemon=True
            ).start()
            threading.Thread(
                target=self._back, args=(client, server, lost), daemon=True
            ).start()

    def _there(
        self, client: socket.socket, server: socket.socket, lost: threading.Event
    ) -> None:
        try:
            while data := client.recv(65536):
                if b"COMMIT\0" in data and self._armed.is_set():
                    self._armed.clear()
                    lost.set()
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            server.close()

    def _back(
        self, client: socket.socket, server: socket.socket, lost: threading.Event
    ) -> None:
        try:
            while (data := server.recv(65536)) and not lost.is_set():
                client.sendall(data)
        except OSError:
            pass
        self.cuts += lost.is_set()
        with suppress(OSError):
            client.shutdown(
                socket.SHUT_RDWR
            )  # closing alone would not wake who reads from it
        client.close()
        server.close()
