"""Clients that read slowly: a process of their own, python3 -m benchmark.slow_readers PORT PATH COUNT BYTES_PER_SECOND, until it is ended."""

import resource
import socket
import sys
import time

STEPS = 10
"""How often a second each of them reads."""

RECEIVE_BUFFER = 64 << 10
"""Small: what the kernel takes for a client that doesn't read would hide that it is slow."""


def main(port: int, path: str, count: int, bytes_per_second: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    clients = [connect(port, path) for _ in range(count)]
    print("connected", flush=True)
    piece = bytearray(bytes_per_second // STEPS)
    step = 0
    began = time.monotonic()
    while True:
        for client in clients:
            try:
                client.recv_into(piece, len(piece), socket.MSG_TRUNC)  # dropped within the kernel
            except BlockingIOError:
                pass  # nothing there for it yet
        step += 1
        time.sleep(max(0, began + step / STEPS - time.monotonic()))


def connect(port, path):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    client.settimeout(30)
    client.connect(("127.0.0.1", port))
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    if not client.recv(64).startswith(b"HTTP/1.1 200 "):
        raise SystemExit(f"{path} was not answered with 200")
    client.setblocking(False)
    return client


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
