"""First requests: pages that Hashgate has yet to get, files that it has yet to get and to prove."""

import shutil

from .. import servers
from ..bench import Bench, peaks, turns
from ..clients import PIP, download, get
from ..promises import Promise
from ..report import OURS, STRAIGHT, Row
from ..samples import GIB, MB, PAGE_SIZES, page_path

CACHE = "nginx cache"
PAGES, FILES = "Cold pages of projects on record", "Cold files"
WARM_UP = 3

# Goal and floor, ms over straight.
PAGE_TIMES = {"small": (2, 3), "medium": (7, 10), "large": (20, 30)}


def cold(bench: Bench):
    page_rows, page_promises = _pages(bench)
    file_rows, file_promises = _files(bench)
    return page_rows + file_rows, page_promises + file_promises


def _pages(bench):
    """The files are on record and the page is not there: what is left is to fetch, read, hold against the records, decide and render."""
    paths = {size: [bench.samples.page(f"cold-{size}-{turn}", count) for turn in range(bench.rounds + WARM_UP)] for size, count in PAGE_SIZES.items()}
    with bench.hashgates("cold-pages") as hashgates:
        for server in hashgates:
            for path in sum(paths.values(), []):
                get(server.port, path, PIP)
    for build in bench.builds:
        shutil.rmtree(bench.data(build, "cold-pages") / "pages")
    rows, promises = [], []
    with bench.hashgates("cold-pages") as hashgates:
        for size, count in PAGE_SIZES.items():
            row = Row(PAGES, f"{count} files", "ms")
            for turn, path in enumerate(paths[size]):
                for server in [bench.upstream, *hashgates]:
                    seconds = get(server.port, path, PIP).seconds
                    if turn >= WARM_UP:  # the first ones have the code compiled
                        row.add(STRAIGHT if server is bench.upstream else server.name, seconds * 1000)
            rows.append(row)
            promises.append(Promise(f"cold page, {count} files, over straight", row.added(OURS, STRAIGHT), *PAGE_TIMES[size], "ms"))
    return rows, promises


def _files(bench):
    cases = [("100 MB at 50 MB/s", 100 * MB, "slow", bench.rounds), ("100 MB, unlimited", 100 * MB, "near", bench.rounds)]
    if not bench.quick:
        cases.append(("1 GiB, unlimited", GIB, "near", bench.rounds))
    rows, promises = [], []
    with bench.hashgates("cold-files") as hashgates, servers.cache(bench.work / "nginx-cold", bench.upstream.port) as cache:
        caches = [cache, *hashgates]
        for server in caches:
            server.forget_peak()
        for number, (case, size, folder, rounds) in enumerate(cases):
            first = Row(FILES, f"{case}: first byte", "ms")
            total = Row(FILES, f"{case}: whole", "s", cpu_unit="s/GB", cpu_to=CACHE)
            asked = Row(FILES, f"{case}: upstream fetches", "")
            project = f"cold-file-{number}"
            files = bench.samples.files(project, size, rounds + 1, folder)
            for server in hashgates:
                get(server.port, page_path(project), PIP)
            order = turns(rounds + 1, bench.upstream, *caches)
            for turn, file in enumerate(files):
                for server in (next(order) for _ in range(1 + len(caches))):
                    name = STRAIGHT if server is bench.upstream else server.name
                    bench.touch_disk(size)
                    asked_before, before = bench.fetches(file.path), server.cpu_seconds()
                    done = download(server.port, file.path)
                    cpu = (server.cpu_seconds() - before) / (size / 1e9)
                    if turn > 0:
                        first.add(name, done.first_byte * 1000)
                        total.add(name, done.total, None if name == STRAIGHT else cpu)
                        if name != STRAIGHT:
                            asked.add(name, bench.fetches(file.path) - asked_before)
            bench.samples.discard(files)
            rows += [first, total, asked]
            promises += _promised(case, first, total)
        rows.append(peaks(FILES, caches))
    return rows, promises


def _promised(case, first, total):
    if case == "100 MB at 50 MB/s":
        yield Promise(f"cold file, {case}, time to straight", total.ratio(OURS, STRAIGHT), 1.02, 1.03)
        yield Promise("the same, first byte over straight", first.added(OURS, STRAIGHT), 10, 15, "ms")
    elif case == "1 GiB, unlimited":
        yield Promise(f"cold file, {case}, time to {CACHE}", total.ratio(OURS, CACHE), 1.2, 1.5)
        yield Promise("the same, CPU per GB", sorted(total.cpu[OURS])[len(total.cpu[OURS]) // 2], 2.6, 2.6, "s")
