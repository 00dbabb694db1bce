"""wrk: many requests over connections that stay open."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .clients import BenchError

ROUND_ROBIN = Path(__file__).with_name("round_robin.lua")
SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


@dataclass(frozen=True)
class Load:
    """What wrk saw: requests and bytes per second, and the seconds within which 99 of 100 were answered."""

    rate: float
    p99: float
    bytes_per_second: float


def wrk(port: int, paths: list[str], headers: dict[str, str], seconds: float) -> Load:
    """32 connections, each asking for the paths one after another."""
    with Wrk(port, paths, headers, seconds) as load:
        return load.end()


class Wrk:
    """The same, started and not waited for."""

    def __init__(self, port: int, paths: list[str], headers: dict[str, str], seconds: float):
        self._what = f"{paths[0]} on port {port}"
        self._seconds = max(1, round(seconds))
        command = ["wrk", "--latency", "-t2", "-c32", f"-d{self._seconds}s", *(part for k, v in headers.items() for part in ("-H", f"{k}: {v}"))]
        url = f"http://127.0.0.1:{port}{paths[0]}"
        self._paths = tempfile.NamedTemporaryFile("w", suffix=".txt")
        if len(paths) > 1:
            self._paths.write("\n".join(paths))
            self._paths.flush()
            command += ["-s", str(ROUND_ROBIN), url, "--", self._paths.name]
        else:
            command.append(url)
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(10)
        self._process.stdout.close()
        self._paths.close()

    def end(self) -> Load:
        """Waits for it."""
        output, _ = self._process.communicate(timeout=self._seconds + 60)
        rate = re.search(r"Requests/sec: *([\d.]+)", output)
        p99 = re.search(r"99% *([\d.]+)([a-z]+)", output)
        taken = re.search(r"Transfer/sec: *([\d.]+)([KMGT]?)B", output)
        if self._process.returncode or not rate or not p99 or not taken or "Non-2xx" in output or "Socket errors" in output:
            raise BenchError(f"wrk on {self._what}:\n{output}")
        return Load(float(rate[1]), float(p99[1]) * SECONDS[p99[2]], float(taken[1]) * 1024 ** " KMGT".index(taken[2] or " "))
