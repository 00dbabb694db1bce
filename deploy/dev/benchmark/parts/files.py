"""Hot files, to nginx serving finished files and to nginx as a cache."""

from .. import servers
from ..bench import Bench, peaks, turns
from ..clients import PIP, download, get, throughput
from ..promises import Promise
from ..report import OURS, Row
from ..samples import GIB, MB, page_path

SECTION = "Hot files"
CACHE = "nginx cache"

# Goal and floor of the CPU per GB to nginx as a cache: small files have more requests to a GB.
CPU, CPU_SMALL = (1.2, 2.0), (1.2, 3.0)


def files(bench: Bench):
    cases = [("5 MB, 8 connections", "five", 5 * MB, 8, CPU_SMALL), ("100 MB, 1 connection", "hundred", 100 * MB, 1, CPU)]
    if not bench.quick:
        cases.append(("1 GiB, 1 connection", "giga", GIB, 1, CPU))
    root = bench.work / "static"
    root.mkdir(exist_ok=True)
    if not (root / "packages").exists():
        (root / "packages").symlink_to(bench.work / "upstream" / "packages")
    rows, promises = [], []
    with (
        servers.static(bench.work / "nginx-static-files", root) as static,
        servers.cache(bench.work / "nginx-cache", bench.upstream.port) as cache,
        bench.hashgates("files") as hashgates,
    ):
        everyone = [static, cache, *hashgates]
        for case, project, size, connections, cpu in cases:
            (file,) = bench.samples.files(project, size, 1, "near")
            for server in hashgates:
                get(server.port, page_path(project), PIP)
            for server in everyone:
                download(server.port, file.path)
                server.forget_peak()
            row = Row(SECTION, case, "MB/s", cpu_unit="s/GB", cpu_to=CACHE)
            for server in turns(bench.rounds, *everyone):
                before = server.cpu_seconds()
                taken, seconds = throughput(server.port, file.path, connections, bench.seconds)
                row.add(server.name, taken / seconds / MB, (server.cpu_seconds() - before) / (taken / 1e9))
            rows.append(row)
            promises.append(Promise(f"hot file, {case}, to {CACHE}", row.ratio(OURS, CACHE), 0.95, 0.9, more=True))
            spent = row.cpu_ratio(OURS, CACHE)
            if spent is not None:
                promises.append(Promise(f"the same, CPU per GB to {CACHE}", spent, *cpu))
        rows.append(peaks(SECTION, everyone))
    return rows, promises
