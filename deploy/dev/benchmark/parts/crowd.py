"""
Fifty clients at once on a large file that nobody has yet. In every other crowd each hashes all that it gets, which shows that it is
whole; fifty that hash keep the shared cores busy, so the times are those of the crowds between, whose bytes the kernel drops.
"""

from dataclasses import dataclass
from statistics import median

from ..bench import Bench
from ..clients import DROP, HASH, PIP, BenchError, download, get, in_parallel
from ..promises import Promise
from ..report import OURS, STRAIGHT, Row
from ..samples import GIB, MB, page_path

CLIENTS = 50


@dataclass(frozen=True)
class Scene:
    """A crowd: the file's size and where the upstream has it."""

    told: str
    project: str
    size: int
    folder: str
    crowds: int


def crowd(bench: Bench):
    slow = Scene("100 MB at 50 MB/s", "crowd-slow", 100 * MB, "slow", 2 * bench.rounds)
    far_size, far_told = (100 * MB, "100 MB") if bench.quick else (GIB, "1 GiB")
    far = Scene(f"{far_told}, unlimited, first byte after 50 ms", "crowd-far", far_size, "far", 2 * min(bench.rounds, 3))
    with bench.hashgates("crowd") as hashgates:
        # The first crowd has the code compiled.
        _measure(bench, hashgates, Scene("", "crowd-warm-up", 20 * MB, "near", 2))
        slow_rows, far_rows = _measure(bench, hashgates, slow), _measure(bench, hashgates, far)
    return [*slow_rows.values(), *far_rows.values()], [*_promised_slow(slow_rows), *_promised_far(far_told, far_rows)]


def _measure(bench, hashgates, scene):
    section = f"{CLIENTS} clients at once on a cold file of {scene.told}"
    rows = {
        "first": Row(section, "first byte, median client", "ms"),
        "last": Row(section, "first byte, last client", "ms"),
        "total": Row(section, "until all have it (straight: one client)", "s", cpu_unit="s/GB"),
        "peak": Row(section, "peak RSS", "MB"),
        "asked": Row(section, "upstream fetches", ""),
    }
    files = bench.samples.files(scene.project, scene.size, scene.crowds, scene.folder)
    for server in hashgates:
        get(server.port, page_path(scene.project), PIP)
    for turn, file in enumerate(files):
        use = HASH if turn % 2 == 0 else DROP
        if use == DROP:
            straight = download(bench.upstream.port, file.path, DROP)
            for row, value in (("first", straight.first_byte * 1000), ("last", straight.first_byte * 1000), ("total", straight.total)):
                rows[row].add(STRAIGHT, value)
        for server in hashgates:
            _one(bench, server, file, use, rows)
    bench.samples.discard(files)
    return rows


def _one(bench, server, file, use, rows):
    bench.touch_disk(file.size)
    asked_before, before = bench.fetches(file.path), server.cpu_seconds()
    server.forget_peak()
    done = in_parallel([lambda: download(server.port, file.path, use)] * CLIENTS)
    cpu = server.cpu_seconds() - before
    asked = bench.fetches(file.path) - asked_before
    whole = sum(d.length == file.size and d.sha256 in (file.sha256, None) for d in done)
    if asked != 1 or whole != CLIENTS:
        raise BenchError(f"{server.name}: {asked} upstream fetches, {whole} of {CLIENTS} clients got the file whole")
    rows["asked"].add(server.name, asked)
    rows["peak"].add(server.name, server.peak_rss() / MB)
    if use == DROP:
        rows["first"].add(server.name, median(d.first_byte for d in done) * 1000)
        rows["last"].add(server.name, max(d.first_byte for d in done) * 1000)
        rows["total"].add(server.name, max(d.total for d in done), cpu / (CLIENTS * file.size / 1e9))


def _promised_slow(rows):
    yield Promise(f"{CLIENTS} × 100 MB cold at 50 MB/s: upstream fetches, all whole", max(rows["asked"].values[OURS]), 1, 1)
    yield Promise("the same, until all have it, to one download", rows["total"].ratio(OURS, STRAIGHT), 1.05, 1.1)
    yield Promise("the same, first byte of the median client", rows["first"].median(OURS), 50, 100, "ms")
    yield Promise("the same, peak RSS", max(rows["peak"].values[OURS]), 130, 150, "MB")


def _promised_far(told, rows):
    yield Promise(f"{CLIENTS} × {told} cold: upstream fetches, all whole", max(rows["asked"].values[OURS]), 1, 1)
    yield Promise("the same, first byte of the median client, to the upstream's 50 ms", rows["first"].ratio(OURS, STRAIGHT), 1.5, 1.5)
    yield Promise("the same, peak RSS", max(rows["peak"].values[OURS]), 300, 300, "MB")
