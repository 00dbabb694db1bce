"""First pages of projects that nobody ever asked for: pinned, decided, rendered, with SQLite and with Redis."""

from .. import servers
from ..bench import Bench
from ..clients import PIP, get
from ..promises import Promise
from ..report import OURS, STRAIGHT, Row
from ..samples import PAGE_SIZES

SECTION = "First pages, nothing on record"
WARM_UP = 3

# Goal and floor for 3,000 files, ms over straight.
LARGE = {"SQLite": (60, 120), "Redis": (80, 150)}


def first(bench: Bench):
    with bench.hashgates("first-sqlite") as hashgates:
        rows, promises = _measure(bench, "SQLite", hashgates)
    with servers.redis(bench.work / "redis") as redis, bench.hashgates("first-redis", lambda number: _settings(redis, number)) as hashgates:
        more, promised = _measure(bench, "Redis", hashgates)
    return rows + more, promises + promised


def _settings(redis, number):
    return {
        "Hashgate__Trust__Provider": "redis",
        "Hashgate__Redis__Configuration": f"127.0.0.1:{redis.port}",
        "Hashgate__Redis__KeyPrefix": f"build-{number}",  # each build has its own records
    }


def _measure(bench, store, hashgates):
    rows, promises = [], []
    for size, count in PAGE_SIZES.items():
        row = Row(SECTION, f"{count} files, {store}", "ms")
        for turn in range(bench.rounds + WARM_UP):
            path = bench.samples.page(f"first-{store.lower()}-{size}-{turn}", count)
            for server in [bench.upstream, *hashgates]:
                seconds = get(server.port, path, PIP).seconds
                if turn >= WARM_UP:  # the first ones have the code compiled
                    row.add(STRAIGHT if server is bench.upstream else server.name, seconds * 1000)
        rows.append(row)
        if size == "large":
            promises.append(Promise(f"first page, {row.case}, over straight", row.added(OURS, STRAIGHT), *LARGE[store], "ms"))
    return rows, promises
