"""A policy change while 2,000 projects are hot: how long until every answer is right, and what those who ask meanwhile feel."""

import json
import time

from ..bench import Bench
from ..clients import PIP, BenchError, ask
from ..load import Wrk, wrk
from ..lists import PREFIX
from ..promises import Promise
from ..report import OURS, Row
from ..servers import TOKEN
from ..walk import etags

PROJECTS, PROJECTS_QUICK = 2000, 200
FILES = 30
LOAD_SECONDS = 2
PATIENCE = 30
LIST = "/api/v1/lists/blocklist"
OPERATOR = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}

# One release of every project: each page says so of three files, and none is empty.
ENTRY = json.dumps({"entry": f"{PREFIX}hot-*==0.1", "reason": "measured"})


def policy(bench: Bench):
    count = PROJECTS_QUICK if bench.quick else PROJECTS
    paths = [bench.samples.page(f"hot-{index}", FILES) for index in range(count)]
    section = f"A policy change with {count:,} hot projects of {FILES} files, under load"
    walk = Row(section, "each page asked for once, before", "ms")
    right = Row(section, "from the change until every page is right", "ms")
    wrong = Row(section, "last wrong answer, after the change was answered", "ms")
    before = Row(section, "p99 of hot pages, before", "ms")
    while_settling = Row(section, "p99 of hot pages, from the change on", "ms")
    rates = Row(section, "hot pages, before", "requests/s")
    with bench.hashgates("policy") as hashgates:
        for server in hashgates:
            etags(server.port, paths)
            wrk(server.port, paths, PIP, bench.seconds)  # has the code compiled as hot code is
            _block(server)()
        for _ in range(bench.rounds):
            for server in hashgates:
                old = _look(server, paths, walk, before, rates)
                _change(server, paths, old, right, wrong, while_settling)
    slower = while_settling.median(OURS) / before.median(OURS)
    return [rates, walk, right, wrong, before, while_settling], [
        Promise(f"policy change with {count:,} hot projects, until every answer is right", right.median(OURS) / 1000, 0.5, 2, "s"),
        Promise("the same, p99 of hot pages while it settles, to before", slower, 2, 5),
    ]


def _look(server, paths, walk, before, rates):
    """As it is while nothing changes: a load that asks for every page all the time, and one who looks at each once. Gives the ETags."""
    with Wrk(server.port, paths, PIP, LOAD_SECONDS) as load:
        began = time.perf_counter()
        found = etags(server.port, paths)
        walk.add(server.name, (time.perf_counter() - began) * 1000)
        seen = load.end()
    before.add(server.name, seen.p99 * 1000)
    rates.add(server.name, seen.rate)
    return found


def _change(server, paths, old, right, wrong, while_settling):
    """The same, and the policy changes."""
    with Wrk(server.port, paths, PIP, LOAD_SECONDS) as load:
        unblock, until_right, last_wrong = _block_and_wait(server, paths, old)
        right.add(server.name, until_right * 1000)
        wrong.add(server.name, last_wrong * 1000)
        while_settling.add(server.name, load.end().p99 * 1000)
    unblock()
    began = time.perf_counter()
    while etags(server.port, paths) != old:
        if time.perf_counter() - began > PATIENCE:
            raise BenchError(f"{server.name}: some pages are not as before {PATIENCE} s after the policy was changed back")
        time.sleep(0.1)


def _block_and_wait(server, paths, old):
    """Seconds from the change until all pages are seen changed, and from its answer until the last was seen as it was before."""
    began = time.perf_counter()
    unblock = _block(server)
    answered = time.perf_counter()
    last_wrong, left = answered, list(paths)
    while left:
        now = etags(server.port, left)
        left = [path for path in left if now[path] == old[path]]
        if left:
            last_wrong = time.perf_counter()
        if time.perf_counter() - began > PATIENCE:
            raise BenchError(f"{server.name}: {len(left)} pages are as before {PATIENCE} s after the policy changed")
    return unblock, time.perf_counter() - began, last_wrong - answered


def _block(server):
    """Puts the entry on the blocklist; gives what takes it off."""
    added = json.loads(ask(server.port, "POST", LIST, OPERATOR, ENTRY).body)
    return lambda: ask(server.port, "DELETE", f"{LIST}/{added['id']}?reason=measured", OPERATOR)
