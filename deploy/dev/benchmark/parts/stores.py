"""What Redis, the object store and the upstream are asked for."""

import time

from ..bench import Bench
from ..clients import PIP, get
from ..load import wrk
from ..releases import releases
from ..replicas import SETTLE_SECONDS, Asked, replicas
from ..report import OURS, Row

INSTALLS = 10
IDLE_SECONDS = 20
REFRESHED, REFRESHES = 40, 3

# Pages are old after so many seconds where their refresh is measured: more than all of them take.
REFRESH_AFTER = 15


def stores(bench: Bench):
    cold = releases(bench.samples, "stores", INSTALLS)
    paths = [path for release in cold for path in release.paths]
    rows = []
    with replicas(bench, "stores", 2) as rig:
        first, second = rig.servers
        started = rig.asked()
        _ask(first, paths)
        fetched = rig.asked()
        rows += _rows("a thousand releases that are new to all replicas", fetched.since(started), len(cold))
        _ask(second, paths)
        shared = rig.asked()
        rows += _rows("a thousand releases that another replica has", shared.since(fetched), len(cold))
        load = wrk(rig.front.port, paths, PIP, bench.seconds)
        installed = load.rate * bench.seconds / len(paths) * INSTALLS
        hot = rig.asked()
        rows += _rows("a thousand installs, everything cached", hot.since(shared), installed)
        time.sleep(IDLE_SECONDS)
        idle = rig.asked()
        rows += _rows("an hour of two idle replicas", idle.since(hot), (IDLE_SECONDS + SETTLE_SECONDS) / 3.6)
    pages = [release.page for release in cold[:REFRESHED]]
    with replicas(bench, "refreshes", 2, {"Hashgate__Upstreams__pypi__RefreshAfter": f"00:00:{REFRESH_AFTER}"}) as rig:
        _ask_all(rig, pages)
        before = rig.asked()
        for _ in range(REFRESHES):
            time.sleep(REFRESH_AFTER)
            _ask_all(rig, pages)
        rows += _rows("a thousand pages that are asked for when they are old", rig.asked().since(before), REFRESHES * len(pages))
    return rows, []


def _ask(server, paths):
    for path in paths:
        get(server.port, path, PIP)


def _ask_all(rig, paths):
    """Each path of one replica after the other, so that the last finds it as new as the first has it."""
    for path in paths:
        for server in rig.servers:
            get(server.port, path, PIP)


def _rows(section: str, asked: Asked, count: float) -> list[Row]:
    """Of each kind of request how many there are for a thousand."""
    figures = {
        "Redis commands, those within scripts too": asked.redis,
        "CPU of Redis, ms": asked.redis_cpu * 1000,
        "object store: files read or looked for": asked.store["GET sha256"],
        "object store: files written": asked.store["PUT sha256"] + asked.store["POST sha256"],
        "object store: requests for journals": asked.store.total() - sum(asked.store[f"{method} sha256"] for method in ("GET", "PUT", "POST")),
        "upstream: requests": asked.upstream,
    }
    rows = []
    for name, value in figures.items():
        row = Row(f"Requests for {section}", name, "")
        row.add(OURS, value / count * 1000)
        rows.append(row)
    return rows
