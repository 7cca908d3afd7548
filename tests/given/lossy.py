"""给定 · A wire to PostgreSQL that can be cut after the server has done its work and before anybody hears of it."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

SOCKET = ".s.PGSQL.5432"
CHUNK = 1 << 16


class Wire:
    """Carries bytes both ways. `lose` is text of a statement whose next answer is lost, with its connection."""

    def __init__(self, folder: Path, server: str) -> None:
        self.lose: bytes | None = None
        self.lost = 0
        self._server = server
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / SOCKET))
        self._listener.listen()
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                marked: list[bool] = []
                Thread(target=self._ask, args=(client, server, marked), daemon=True).start()
                Thread(target=self._answer, args=(client, server, marked), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, marked: list[bool]) -> None:
        with suppress(OSError), client, server:
            while asked := client.recv(CHUNK):
                if self.lose is not None and self.lose in asked:
                    self.lose = None
                    marked.append(True)
                server.sendall(asked)

    def _answer(self, client: socket.socket, server: socket.socket, marked: list[bool]) -> None:
        with suppress(OSError), client, server:
            while answered := server.recv(CHUNK):
                if marked:  # PostgreSQL answers a statement that is its own transaction after the commit
                    self.lost += 1
                    client.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(answered)


@contextmanager
def lossy(database: str) -> Iterator[tuple[str, Wire]]:
    """The same database by another address, and the wire to it."""
    given = conninfo_to_dict(database)
    with tempfile.TemporaryDirectory(prefix="wire-") as folder:
        wire = Wire(Path(folder), f"{given['host']}/{SOCKET}")
        yield f"postgresql://{given['user']}@/{given['dbname']}?host={quote(folder, safe='')}", wire
        wire.close()
