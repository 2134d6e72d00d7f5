"""A wire to PostgreSQL that a test can cut: at once, or so that the answer to a commit is lost."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

_CHUNK = 65536
_LISTEN = 128


@dataclass
class Wire:
    """Forwards bytes from a port to the server's socket."""

    port: int = 0
    lost: int = 0
    """Commits whose answer was lost."""
    _armed: int = 0
    _links: set[tuple[socket.socket, socket.socket]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def lose_commits(self, count: int) -> None:
        """Let so many of the next commits reach the server, and cut before their answers come back."""
        with self._lock:
            self._armed += count

    def cut(self) -> int:
        """Cut every connection; returns how many there were."""
        with self._lock:
            links = [*self._links]
        for link in links:
            self._close(link)
        return len(links)

    def forward(self, near: socket.socket, far: socket.socket) -> None:
        """Forward one connection in both directions until somebody closes it."""
        link, dying = (near, far), threading.Event()
        with self._lock:
            self._links.add(link)
        back = threading.Thread(target=self._back, args=(link, dying), daemon=True)
        back.start()
        try:
            while chunk := near.recv(_CHUNK):
                if b"COMMIT" in chunk:
                    with self._lock:
                        if self._armed:
                            self._armed -= 1
                            self.lost += 1
                            dying.set()
                far.sendall(chunk)
        except OSError:
            pass
        finally:
            if not dying.is_set():
                self._close(link)

    def _back(self, link: tuple[socket.socket, socket.socket], dying: threading.Event) -> None:
        near, far = link
        try:
            while chunk := far.recv(_CHUNK):
                if dying.is_set():
                    # The server has committed, and nobody will hear of it.
                    break
                near.sendall(chunk)
        except OSError:
            pass
        finally:
            self._close(link)

    def _close(self, link: tuple[socket.socket, socket.socket]) -> None:
        with self._lock:
            self._links.discard(link)
        for end in link:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
            finally:
                end.close()


@contextmanager
def wired(url: str) -> Iterator[tuple[Wire, str]]:
    """Put a wire before a PostgreSQL that listens on a socket file; yields it and the URL through it."""
    parts = urlsplit(url)
    file = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
    with socket.create_server(("127.0.0.1", 0), backlog=_LISTEN) as server:
        wire = Wire(server.getsockname()[1])

        def accept() -> None:
            while True:
                try:
                    near, _ = server.accept()
                except OSError:
                    return
                far = socket.socket(socket.AF_UNIX)
                try:
                    far.connect(file)
                except OSError:
                    near.close()
                    far.close()
                    continue
                threading.Thread(target=wire.forward, args=(near, far), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield wire, f"{parts.scheme}://postgres@127.0.0.1:{wire.port}{parts.path}"
        wire.cut()
        # Wakes the thread that waits for the next connection.
        server.shutdown(socket.SHUT_RDWR)
