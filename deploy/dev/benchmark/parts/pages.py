"""Hot pages, core metadata and small files, to nginx with the very same bytes as finished files."""

from dataclasses import dataclass

from .. import servers
from ..bench import Bench, copy, peaks, turns
from ..clients import JSON, PIP, get
from ..load import wrk
from ..promises import Promise
from ..report import OURS, Row
from ..samples import PAGE_SIZES

SECTION = "Hot pages and small files"
STATIC = "nginx static"

# Goal and floor of the rate and of the CPU, to nginx static.
PAGE_RATES = {"small": (1.0, 0.85), "medium": (0.8, 0.55), "large": (1.0, 0.65)}
PAGE_CPU = (1.2, 1.9)


@dataclass(frozen=True)
class Case:
    """What is asked of each server: a path, headers, and what the rate is promised to be to nginx static."""

    name: str
    path: str
    static_path: str
    headers: dict[str, str]
    rate: tuple[float, float] | None = None
    cpu: tuple[float, float] | None = None
    conditional: bool = False


def pages(bench: Bench):
    root = bench.work / "static"
    paths = {size: bench.samples.page(size, count) for size, count in PAGE_SIZES.items()}
    with bench.hashgates("pages") as hashgates, servers.static(bench.work / "nginx-static", root) as static:
        everyone = [static, *hashgates]
        cases = list(_cases(bench, hashgates, root, paths))
        for server in everyone:
            server.forget_peak()
        rows, promises = [], []
        for case in cases:
            row = _measure(bench, case, everyone)
            rows.append(row)
            if case.rate:
                promises.append(Promise(f"hot: {case.name}, to {STATIC}", row.ratio(OURS, STATIC), *case.rate, more=True))
            cpu = row.cpu_ratio(OURS, STATIC)
            if case.cpu and cpu is not None:
                promises.append(Promise(f"the same, CPU per request to {STATIC}", cpu, *case.cpu))
        return [*rows, peaks(SECTION, everyone)], promises


def _cases(bench, hashgates, root, paths):
    ours, others = hashgates[-1], hashgates[:-1]

    def case(name, path, static_path, headers, **more):
        for other in others:  # what it has yet to fetch isn't measured here
            get(other.port, path, headers)
        return Case(name, path, copy(ours, path, headers, root, static_path), headers, **more)

    for size, count in PAGE_SIZES.items():
        yield case(f"{count} files, pip's headers", paths[size], f"/pages/gzip/{size}", PIP, rate=PAGE_RATES[size], cpu=PAGE_CPU)
        if size == "large":
            yield case(f"{count} files, 304", paths[size], f"/pages/gzip/{size}", PIP, rate=(1.0, 0.8), conditional=True)
        if size == "medium":
            yield case(f"{count} files, not compressed", paths[size], f"/pages/{size}", JSON)
    file = bench.samples.first_file("medium")
    yield case("core metadata, 2 KB", file + ".metadata", f"/pages/raw{file}.metadata", {}, rate=(1.0, 0.9))
    yield case("file, 2 KB", file, f"/pages/raw{file}", {})


def _measure(bench, case, everyone):
    row = Row(SECTION, case.name, "requests/s", cpu_unit="µs", cpu_to=STATIC)
    path = {server: case.static_path if server.name == STATIC else case.path for server in everyone}
    headers = {server: dict(case.headers) for server in everyone}
    for server in everyone:
        if case.conditional:
            headers[server]["If-None-Match"] = get(server.port, path[server], case.headers).headers["etag"]
        if server.name != STATIC:
            wrk(server.port, [path[server]], headers[server], bench.seconds)  # has the code compiled as hot code is
    for server in turns(bench.rounds, *everyone):
        before = server.cpu_seconds()
        rate = wrk(server.port, [path[server]], headers[server], bench.seconds).rate
        row.add(server.name, rate, (server.cpu_seconds() - before) / (rate * bench.seconds) * 1e6)
    return row
