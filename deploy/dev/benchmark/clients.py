"""The clients: plain requests and timed downloads."""

import hashlib
import http.client
import re
import socket
import threading
import time
from dataclasses import dataclass

PIP = {
    "Accept": "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01",
    "Accept-Encoding": "gzip, deflate",
}
JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}
CHUNK = 1 << 20

# What becomes of a download's bytes: hashed, copied into the client as any program would, or dropped within the kernel, which
# leaves the shared cores to the server.
HASH, COPY, DROP = "hash", "copy", "drop"
PATIENCE = 120


class BenchError(Exception):
    """An answer was wrong, or a server failed: there is nothing to measure."""


@dataclass(frozen=True)
class Reply:
    headers: dict[str, str]
    body: bytes
    seconds: float


@dataclass(frozen=True)
class Download:
    first_byte: float
    total: float
    length: int
    sha256: str | None


def get(port: int, path: str, headers: dict[str, str] | None = None) -> Reply:
    """One request on a connection of its own, answered with 200."""
    return ask(port, "GET", path, headers)


def ask(port: int, method: str, path: str, headers: dict[str, str] | None = None, body: str | None = None) -> Reply:
    """The same with any method; any success will do."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        content = response.read()
        if response.status // 100 != 2:
            raise BenchError(f"{method} {path} was answered with {response.status} {response.reason}")
        return Reply({k.lower(): v for k, v in response.getheaders()}, content, time.perf_counter() - began)
    finally:
        connection.close()


def download(port: int, path: str, use: str = COPY) -> Download:
    """Takes a file whole and times the first byte of its body."""
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                raise BenchError(f"{path}: the connection ended within the head")
            head += piece
        head, body = head.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 200 "):
            raise BenchError(f"{path} was answered with {head.splitlines()[0].decode()}")
        expected = int(re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)[1])
        digest = hashlib.sha256(body) if use == HASH else None
        first, length, buffer = None, len(body), bytearray(CHUNK)
        while length < expected:
            if length and first is None:
                first = time.perf_counter() - began
            count = connection.recv_into(buffer, CHUNK, socket.MSG_TRUNC if use == DROP else 0)
            if not count:
                raise BenchError(f"{path} ended after {length} of {expected} bytes")
            if digest:
                digest.update(memoryview(buffer)[:count])
            length += count
        total = time.perf_counter() - began
        return Download(first or total, total, length, digest.hexdigest() if digest else None)


def throughput(port: int, path: str, connections: int, seconds: float) -> tuple[int, float]:
    """Bytes that so many clients, one download after another, take until the time is over, and the seconds until the last is done."""
    began = time.monotonic()
    ends = began + seconds
    taken = [0] * connections

    def take(index):
        while time.monotonic() < ends:
            taken[index] += download(port, path, DROP).length

    in_parallel([lambda index=index: take(index) for index in range(connections)])
    return sum(taken), time.monotonic() - began


def in_parallel(calls):
    """Runs them at once; gives the results in order, or raises the first error."""
    results, errors = [None] * len(calls), []
    gate = threading.Barrier(len(calls))

    def run(index):
        try:
            gate.wait(PATIENCE)
            results[index] = calls[index]()
        except Exception as error:  # told below, on the thread that asked
            errors.append(error)

    threads = [threading.Thread(target=run, args=(index,), daemon=True) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10 * PATIENCE)
        if thread.is_alive():
            raise BenchError("a client did not come to its end")
    if errors:
        raise errors[0]
    return results
