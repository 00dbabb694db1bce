"""Asks for many pages at once and looks which of them have changed: what a crowd of clients would see, at little cost of its own."""

import socket
from concurrent.futures import ThreadPoolExecutor

from .clients import PATIENCE, PIP, BenchError

CONNECTIONS = 4


def etags(port: int, paths: list[str]) -> dict[str, str]:
    """Each page's ETag. The requests go out in pipelines, so that the client isn't what is measured."""
    lots = [lot for lot in (paths[index::CONNECTIONS] for index in range(CONNECTIONS)) if lot]
    with ThreadPoolExecutor(len(lots)) as clients:
        return {path: etag for found in clients.map(lambda lot: list(_ask(port, lot)), lots) for path, etag in found}


def _ask(port, paths):
    head = "".join(f"{name}: {value}\r\n" for name, value in PIP.items())
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection, connection.makefile("rb") as answers:
        # In parts, so that neither side's buffers fill up with what the other doesn't read.
        for start in range(0, len(paths), 50):
            part = paths[start:start + 50]
            connection.sendall("".join(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{head}\r\n" for path in part).encode())
            for path in part:
                yield path, _etag(path, answers)


def _etag(path, answers):
    status = answers.readline()
    if not status.startswith(b"HTTP/1.1 200 "):
        raise BenchError(f"{path} was answered with {status.decode('latin-1').strip()}")
    etag, length = None, None
    while (line := answers.readline().strip()):
        name, _, value = line.partition(b":")
        if name.lower() == b"etag":
            etag = value.strip().decode()
        elif name.lower() == b"content-length":
            length = int(value)
    if etag is None or length is None:
        raise BenchError(f"{path} came without an ETag or a Content-Length")
    answers.read(length)
    return etag
