"""Replicas over one Redis and one object store, behind nginx, and what those are asked for."""

import re
import socket
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import servers
from .bench import Bench
from .servers import Server, wait_until_ready

CONFIG = Path(__file__).parents[2] / "nginx" / "nginx.conf"

# What is recorded beside the answers follows them within this time.
SETTLE_SECONDS = 3


@dataclass(frozen=True)
class Asked:
    """How often the stores and the upstream were asked, the object store by method and first part of the key, and Redis' CPU in seconds."""

    redis: int
    redis_cpu: float
    store: Counter
    upstream: int

    def since(self, before: "Asked") -> "Asked":
        return Asked(self.redis - before.redis, self.redis_cpu - before.redis_cpu, self.store - before.store, self.upstream - before.upstream)


@dataclass(frozen=True)
class Replicas:
    bench: Bench
    servers: list[Server]
    front: Server
    redis: Server
    name: str

    def cpu_seconds(self) -> float:
        return sum(server.cpu_seconds() for server in self.servers)

    def asked(self) -> Asked:
        """Once what was answered before is also recorded."""
        time.sleep(SETTLE_SECONDS)
        store = (self.bench.work / f"{self.name}-store" / "requests.log").read_text().splitlines()
        upstream = (self.bench.work / "nginx-upstream" / "requests.log").read_text().splitlines()
        return Asked(self._commands(), self.redis.cpu_seconds(), Counter(_kind(line) for line in store), len(upstream))

    def _commands(self):
        with socket.create_connection(("127.0.0.1", self.redis.port), 10) as connection:
            connection.sendall(b"INFO stats\r\n")
            told = b""
            while b"total_commands_processed:" not in told or not told.endswith(b"\r\n"):
                told += connection.recv(65536)
        return int(re.search(rb"total_commands_processed:(\d+)", told)[1])


def _kind(request):
    """The method and the first part of the key: ``/bucket/key``."""
    method, path = request.split(" ", 1)
    return f"{method} {path.split('/')[2]}" if path.count("/") > 1 else method


@contextmanager
def replicas(bench: Bench, name: str, count: int, more: dict[str, str] | None = None):
    """So many replicas of the build that is measured, each with a cache of its own."""
    with ExitStack() as stack:
        redis = stack.enter_context(servers.redis(bench.work / f"{name}-redis"))
        store = stack.enter_context(servers.object_store(bench.work / f"{name}-store", bench.tools))
        settings = {
            "Hashgate__Trust__Provider": "redis",
            "Hashgate__Redis__Configuration": f"127.0.0.1:{redis.port}",
            "Hashgate__Blobs__Provider": "s3",
            "Hashgate__S3__ServiceUrl": f"http://127.0.0.1:{store.port}",
            "Hashgate__S3__Bucket": "blobs",
            "Hashgate__S3__AccessKey": "key",
            "Hashgate__S3__SecretKey": "secret",
            # All clients come from one address here.
            "Hashgate__Files__MaxPerClient": "1000",
            **(more or {}),
        }
        started = [stack.enter_context(bench.ours.start(bench.work / f"{name}-replica-{index}", settings)) for index in range(count)]
        for server in started:
            wait_until_ready(server)
        front = stack.enter_context(servers.balancer(bench.work / f"{name}-nginx", CONFIG, [server.port for server in started]))
        yield Replicas(bench, started, front, redis, name)
