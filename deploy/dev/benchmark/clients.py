"""The clients: plain requests, timed downloads, wrk."""

import hashlib
import http.client
import re
import socket
import subprocess
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
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise BenchError(f"{path} was answered with {response.status} {response.reason}")
        return Reply({k.lower(): v for k, v in response.getheaders()}, body, time.perf_counter() - began)
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


def wrk(port: int, path: str, headers: dict[str, str], seconds: float) -> float:
    """Requests per second over 32 connections that stay open."""
    command = ["wrk", "-t2", "-c32", f"-d{seconds:g}s", *(part for k, v in headers.items() for part in ("-H", f"{k}: {v}"))]
    done = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, timeout=seconds + 60, check=False)
    rate = re.search(r"Requests/sec: *([\d.]+)", done.stdout)
    if done.returncode or not rate or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise BenchError(f"wrk on {path}:\n{done.stdout}{done.stderr}")
    return float(rate[1])
