"""A thousand connected clients that read slowly: what they cost in memory, and what the others feel of them."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from ..bench import Bench
from ..clients import PIP, BenchError, download, get
from ..load import wrk
from ..promises import Promise
from ..report import OURS, Row
from ..samples import MB, page_path

CLIENTS = 1000
BYTES_PER_SECOND = 100_000
FILE = 100 * MB


def readers(bench: Bench):
    section = f"{CLIENTS:,} connected clients that read at 100 KB/s"
    extra = Row(section, "extra RSS", "MB")
    before = Row(section, "p99 of hot pages for the others, before", "ms")
    meanwhile = Row(section, "p99 of hot pages for the others, meanwhile", "ms")
    rate = Row(section, "hot pages for the others, to before", "")
    page = bench.samples.page("readers-page", 300)
    (file,) = bench.samples.files("readers", FILE, 1, "near")
    with bench.hashgates("readers") as hashgates:
        for server in hashgates:
            get(server.port, page_path("readers"), PIP)
            download(server.port, file.path)
            get(server.port, page, PIP)
            for _ in range(2):  # has the code compiled, and the memory taken that the pages need by themselves
                wrk(server.port, [page], PIP, bench.seconds)
        was = {server: server.rss() for server in hashgates}
        for _ in range(bench.rounds):
            for server in hashgates:
                alone = wrk(server.port, [page], PIP, bench.seconds)
                server.forget_peak()
                with _reading(server.port, file.path):
                    among = wrk(server.port, [page], PIP, bench.seconds)
                    extra.add(server.name, max(0, server.peak_rss() - was[server]) / MB)
                before.add(server.name, alone.p99 * 1000)
                meanwhile.add(server.name, among.p99 * 1000)
                rate.add(server.name, among.rate / alone.rate)
    return [extra, before, meanwhile, rate], [
        Promise(f"{CLIENTS:,} clients that read at 100 KB/s, extra RSS", extra.median(OURS), 60, 150, "MB"),
        Promise("the same, p99 of hot pages for the others, to before", meanwhile.median(OURS) / before.median(OURS), 2, 4),
    ]


@contextmanager
def _reading(port, path):
    command = [sys.executable, "-B", "-m", "benchmark.slow_readers", str(port), path, str(CLIENTS), str(BYTES_PER_SECOND)]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout.readline() != "connected\n":
            raise BenchError(f"{CLIENTS} clients could not connect")
        yield
        if process.poll() is not None:
            raise BenchError("the clients that read slowly ended early")
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
