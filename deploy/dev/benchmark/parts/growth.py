"""
How Hashgate bears its own success: 100 cached projects with 10,000 trust records, then 100,000 with 10 million, made by the program's own
stores. The same hundred pages are hot in both.
"""

import subprocess

from ..bench import Bench, turns
from ..clients import PIP, BenchError, get
from ..load import wrk
from ..lists import PREFIX
from ..promises import Promise
from ..report import Row
from ..samples import MB
from ..servers import wait_until_ready
from ..walk import etags

FILES = 100
HOT = 100
SMALL, LARGE, LARGE_QUICK = 100, 100_000, 2000
WALKED = 20_000
MINUTES = 120

# Twice what pages may take of the memory by default.
RSS_LIMIT = 2 * 268.4

# The pages are as old as their making took, and no upstream has them.
SETTINGS = {"Hashgate__Upstreams__pypi__RefreshAfter": "30.00:00:00"}


def growth(bench: Bench):
    large = LARGE_QUICK if bench.quick else LARGE
    names = {count: f"{count:,} projects, {count * FILES:,} records" for count in (SMALL, large)}
    rate = Row("Growth", f"{HOT} hot pages of {FILES} files", "requests/s", cpu_unit="µs")
    start = Row("Growth", "start, /healthz", "ms")
    page = Row("Growth", "start, a stored page", "ms")
    hot_rss = Row("Growth", "RSS with the hot pages", "MB")
    walked_rss = Row("Growth", f"RSS after {min(large, WALKED):,} projects were asked for", "MB")
    for count in names:
        _grow(bench, count)
    for turn, count in enumerate(turns(bench.rounds, *names)):
        data, name = bench.work / f"grown-{count}", names[count]
        with bench.ours.start(data, SETTINGS) as server:
            start.add(name, server.seconds_to_answer * 1000)
            wait_until_ready(server)
            hot = _paths(HOT)
            etags(server.port, hot)
            wrk(server.port, hot, PIP, bench.seconds)  # has the code compiled as hot code is
            before = server.cpu_seconds()
            load = wrk(server.port, hot, PIP, bench.seconds)
            rate.add(name, load.rate, (server.cpu_seconds() - before) / (load.rate * bench.seconds) * 1e6)
            hot_rss.add(name, server.rss() / MB)
            if turn < len(names):
                etags(server.port, _paths(min(count, WALKED)))
                walked_rss.add(name, server.rss() / MB)
        with bench.ours.start(data, SETTINGS, ready_path=_paths(1)[0]) as server:
            page.add(name, server.seconds_to_answer * 1000)
    few, many = names.values()
    return [rate, start, page, hot_rss, walked_rss], [
        Promise(f"growth to {many}: hot page rate, to {SMALL} projects", rate.ratio(many, few), 0.9, 0.9, more=True),
        Promise("the same, RSS after walking", walked_rss.median(many), RSS_LIMIT, RSS_LIMIT, "MB"),
        Promise("the same, start", max(start.median(many), page.median(many)), 1000, 1000, "ms"),
    ]


def _paths(count):
    """What tests/Hashgate.Benchmarks calls them."""
    return [f"/simple/{PREFIX}grown-{index}/" for index in range(count)]


def _grow(bench, count):
    data = bench.work / f"grown-{count}"
    command = ["dotnet", str(bench.tools / "Hashgate.Benchmarks.dll"), "grow", str(data), str(count), str(FILES), f"http://127.0.0.1:{bench.upstream.port}"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=MINUTES * 60, check=False)
    if done.returncode:
        raise BenchError(f"the projects could not be made:\n{done.stdout}{done.stderr}")
