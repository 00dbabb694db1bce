"""Whole installs with everything cached: one replica, one behind nginx, two behind nginx. Hashgate's CPU is that of all its replicas."""

from contextlib import ExitStack

from ..bench import Bench, turns
from ..clients import PIP, get
from ..load import Wrk, wrk
from ..promises import Promise
from ..releases import BYTES, PROJECTS, releases
from ..replicas import Replicas, replicas
from ..report import Row
from ..samples import MB

SECTION = f"Installs of {PROJECTS} projects and {BYTES / MB:.1f} MB, everything cached"
INSTALLS = 5
ONE, BEHIND, TWO = "one replica", "one behind nginx", "two behind nginx"

# Of what two replicas can serve, to what one can.
GOAL, FLOOR = 1.9, 1.6


def installs(bench: Bench):
    paths = [path for release in releases(bench.samples, "installs", INSTALLS) for path in release.paths]
    hot = bench.samples.page("installs-page", 300)
    rate = Row(SECTION, "installs", "installs/s", cpu_unit="ms", cpu_to=ONE)
    taken = Row(SECTION, "the same", "MB/s", cpu_unit="s/GB", cpu_to=ONE)
    page = Row(SECTION, "a page of 300 files, pip's headers", "requests/s", cpu_unit="µs", cpu_to=ONE)
    front_install = Row(SECTION, "nginx's own CPU for an install, ms", "")
    front_page = Row(SECTION, "nginx's own CPU for that page, µs", "")
    straight = Row(SECTION, "the same, each replica asked straight, all at once", "requests/s", cpu_unit="µs", cpu_to=ONE)
    capacity = Row(SECTION, "pages that two replicas can serve, by that CPU, to one", "")
    rss = Row(SECTION, "peak RSS of a replica", "MB")
    with replicas(bench, "one", 1) as one, replicas(bench, "two", 2) as two:
        ways = {ONE: (one, one.servers[0].port), BEHIND: (one, one.front.port), TWO: (two, two.front.port)}
        for rig in (one, two):
            _warm(rig, [hot, *paths], bench.seconds)
        for way in turns(bench.rounds, *ways):
            rig, port = ways[way]
            _installs(bench, rig, port, way, paths, rate, taken, front_install)
            _pages(bench, rig, port, way, hot, page, front_page)
        for way in turns(bench.rounds, ONE, TWO):
            _straight(bench, ways[way][0], way, hot, straight)
        for name, rig in ((ONE, one), (TWO, two)):
            rss.add(name, max(server.peak_rss() for server in rig.servers) / MB)
    for alone, together in zip(straight.cpu[ONE], straight.cpu[TWO]):
        capacity.add(TWO, 2 * alone / together)
    return [rate, taken, front_install, page, front_page, straight, capacity, rss], [
        Promise("hot pages that two replicas can serve, by CPU per request, to one", capacity.median(TWO), GOAL, FLOOR, more=True),
    ]


def _warm(rig: Replicas, paths: list[str], seconds: float) -> None:
    for server in rig.servers:
        for path in paths:
            get(server.port, path, PIP)
        # Has the code compiled as hot code is.
        wrk(server.port, paths, PIP, seconds)
        server.forget_peak()


def _installs(bench, rig, port, way, paths, rate, taken, front):
    before, before_front = rig.cpu_seconds(), rig.front.cpu_seconds()
    load = wrk(port, paths, PIP, bench.seconds)
    spent = rig.cpu_seconds() - before
    installed = load.rate * INSTALLS / len(paths)
    rate.add(way, installed, spent / (installed * bench.seconds) * 1e3)
    if way != ONE:
        front.add(way, (rig.front.cpu_seconds() - before_front) / (installed * bench.seconds) * 1e3)
    taken.add(way, load.bytes_per_second / MB, spent / (load.bytes_per_second * bench.seconds / 1e9))


def _pages(bench, rig, port, way, path, page, front):
    before, before_front = rig.cpu_seconds(), rig.front.cpu_seconds()
    rate = wrk(port, [path], PIP, bench.seconds).rate
    count = rate * bench.seconds
    page.add(way, rate, (rig.cpu_seconds() - before) / count * 1e6)
    if way != ONE:
        front.add(way, (rig.front.cpu_seconds() - before_front) / count * 1e6)


def _straight(bench, rig, way, path, row):
    """
    wrk, nginx and the replicas share the machine's cores, of which nginx takes most: behind it replicas are half idle, and a request
    then costs them more than under load. What they can do is told by their CPU while each has all that it can take.
    """
    before = rig.cpu_seconds()
    with ExitStack() as stack:
        loads = [stack.enter_context(Wrk(server.port, [path], PIP, bench.seconds)) for server in rig.servers]
        rate = sum(load.end().rate for load in loads)
    row.add(way, rate, (rig.cpu_seconds() - before) / (rate * bench.seconds) * 1e6)
