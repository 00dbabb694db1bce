"""What is measured. Every section starts the servers it needs, lets them take turns, and returns rows and targets."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from . import servers
from .clients import DROP, HASH, JSON, PIP, BenchError, download, get, in_parallel, throughput, wrk
from .report import Row, Target
from .samples import GIB, MB, PAGE_SIZES, Samples

CLIENTS = 50
STRAIGHT = "straight"


@dataclass(frozen=True)
class Bench:
    """What all sections share."""

    build: Path
    work: Path
    rounds: int
    seconds: float
    quick: bool
    samples: Samples
    upstream: servers.Server

    def hashgate(self, data: str, ready_path: str = "/healthz") -> servers.Server:
        return servers.hashgate(self.build, self.work / data, self.upstream.port, ready_path)

    def touch_disk(self, size: int) -> None:
        """Has the guest's memory behind the page cache touched once, which a first write would pay for."""
        dummy = self.work / "dummy"
        with dummy.open("wb") as target:
            for _ in range(size // MB + 1):
                target.write(b"x" * MB)
        dummy.unlink()


def start(bench: Bench):
    """From the process's start to its first answer: with nothing, and with a page of 3,000 files stored."""
    section = "Start"
    empty = Row(section, "empty data directory, /healthz", "ms")
    stored = Row(section, "page of 3,000 files stored, its page", "ms")
    bench.samples.page("stored", PAGE_SIZES["large"])
    with bench.hashgate("start-stored") as first:
        get(first.port, "/simple/stored/", PIP)
    for turn in range(bench.rounds):
        with bench.hashgate(f"start-{turn}") as server:
            empty.add(server.name, server.seconds_to_answer * 1000)
        with bench.hashgate("start-stored", "/simple/stored/") as server:
            stored.add(server.name, server.seconds_to_answer * 1000)
    slowest = max(empty.values["Hashgate"])
    return [empty, stored], [Target("start to first answer under 1.5 s on SQLite", f"{slowest:.0f} ms at most", slowest < 1500)]


def pages(bench: Bench):
    """Hot pages, core metadata and small files, to nginx with the very same bytes as finished files."""
    root = bench.work / "static"
    for size, count in PAGE_SIZES.items():
        bench.samples.page(size, count)
    with bench.hashgate("pages") as ours, servers.static(bench.work / "nginx-static", root) as static:
        cases = []
        for size, count in PAGE_SIZES.items():
            path = f"/simple/{size}/"
            theirs = copy(ours, path, PIP, root, f"/pages/gzip/{size}")
            cases.append((f"{count} files, pip's headers", PIP, (path, {}), (theirs, {})))
            if size == "large":
                etags = [{"If-None-Match": get(s.port, p, PIP).headers["etag"]} for s, p in ((ours, path), (static, theirs))]
                cases.append((f"{count} files, 304", PIP, (path, etags[0]), (theirs, etags[1])))
            if size == "medium":
                cases.append((f"{count} files, not compressed", JSON, (path, {}), (copy(ours, path, JSON, root, f"/pages/{size}"), {})))
        file = bench.samples.first_file("medium")
        for path, case in ((file + ".metadata", "core metadata, 2 KB"), (file, "file, 2 KB")):
            cases.append((case, {}, (path, {}), (copy(ours, path, {}, root, "/pages/raw" + path), {})))

        rows = []
        for case, headers, (path, own), (theirs, others) in cases:
            row = Row("Hot pages and small files", case, "requests/s", cpu_unit="µs")
            wrk(ours.port, path, headers, bench.seconds)  # has the code compiled as hot code is
            for server, target, extra in turns(bench.rounds, (static, theirs, others), (ours, path, own)):
                before = server.cpu_seconds()
                rate = wrk(server.port, target, {**headers, **extra}, bench.seconds)
                row.add(server.name, rate, (server.cpu_seconds() - before) / (rate * bench.seconds) * 1e6)
            rows.append(row)
        return rows, []


def files(bench: Bench):
    """Hot files, to nginx serving finished files and to nginx as a cache."""
    cases = [("5 MB, 8 connections", "five", 5 * MB, 8), ("100 MB, 1 connection", "hundred", 100 * MB, 1)]
    if not bench.quick:
        cases.append(("1 GiB, 1 connection", "giga", GIB, 1))
    root = bench.work / "static"
    root.mkdir(exist_ok=True)
    if not (root / "packages").exists():
        (root / "packages").symlink_to(bench.work / "upstream" / "packages")
    rows = []
    with ExitStack() as stack:
        static = stack.enter_context(servers.static(bench.work / "nginx-static", root))
        cache = stack.enter_context(servers.cache(bench.work / "nginx-cache", bench.upstream.port))
        ours = stack.enter_context(bench.hashgate("files"))
        for case, project, size, connections in cases:
            (file,) = bench.samples.files(project, size, 1, "near")
            get(ours.port, f"/simple/{project}/", PIP)
            for server in (static, cache, ours):
                download(server.port, file.path)
            row = Row("Hot files", case, "MB/s", cpu_unit="s/GB")
            for server, path in turns(bench.rounds, (static, file.path), (cache, file.path), (ours, file.path)):
                before = server.cpu_seconds()
                taken, seconds = throughput(server.port, path, connections, bench.seconds)
                row.add(server.name, taken / seconds / MB, (server.cpu_seconds() - before) / (taken / 1e9))
            rows.append(row)
    return rows, []


def cold(bench: Bench):
    """First requests: pages and files that Hashgate has yet to get, pin or prove."""
    rows = []
    with bench.hashgate("cold") as ours, servers.cache(bench.work / "nginx-cold", bench.upstream.port) as cache:
        for size, count in PAGE_SIZES.items():
            row = Row("Cold pages", f"{count} files", "ms")
            for turn in range(bench.rounds + 1):
                project = f"cold-{size}-{turn}"
                bench.samples.page(project, count)
                straight = get(bench.upstream.port, f"/simple/{project}/").seconds
                through = get(ours.port, f"/simple/{project}/", PIP).seconds
                if turn > 0:  # the first run has the code compiled
                    row.add(STRAIGHT, straight * 1000)
                    row.add(ours.name, through * 1000)
            rows.append(row)

        cases = [("100 MB at 50 MB/s", 100 * MB, "slow", bench.rounds), ("100 MB, unlimited", 100 * MB, "near", bench.rounds)]
        if not bench.quick:
            cases.append(("1 GiB, unlimited", GIB, "near", min(bench.rounds, 3)))
        for number, (case, size, folder, rounds) in enumerate(cases):
            first = Row("Cold files", f"{case}: first byte", "ms")
            total = Row("Cold files", f"{case}: whole", "s", cpu_unit="s/GB")
            project = f"cold-file-{number}"
            for turn, file in enumerate(bench.samples.files(project, size, rounds + 1, folder)):
                get(ours.port, f"/simple/{project}/", PIP)
                for name, server in ((STRAIGHT, bench.upstream), (cache.name, cache), (ours.name, ours)):
                    bench.touch_disk(size)
                    before = server.cpu_seconds()
                    done = download(server.port, file.path)
                    if turn > 0:
                        first.add(name, done.first_byte * 1000)
                        total.add(name, done.total, (server.cpu_seconds() - before) / (size / 1e9) if name != STRAIGHT else None)
            rows += [first, total]
    return rows, []


def crowd(bench: Bench):
    """
    Fifty clients at once on one large file that nobody has yet. In every other crowd each hashes all that it gets, which shows that it is
    whole; fifty that hash keep the shared cores busy, so the times are those of the crowds between, whose bytes the kernel drops.
    """
    size, told = (100 * MB, "100 MB") if bench.quick else (GIB, "1 GiB")
    section = f"{CLIENTS} clients at once on a cold file of {told}, first byte of a far upstream after 50 ms"
    first = Row(section, "first byte, median client", "ms")
    last = Row(section, "first byte, last client", "ms")
    total = Row(section, "until all have it", "s", cpu_unit="s/GB")
    peak = Row(section, "peak RSS", "MB")
    log = bench.work / "nginx-upstream" / "requests.log"
    with bench.hashgate("crowd") as ours:
        # The first crowd has the code compiled.
        for project, length, count in (("crowd-warm-up", 20 * MB, 1), ("crowd", size, 2 * min(bench.rounds, 3))):
            files = bench.samples.files(project, length, count, "far")
            get(ours.port, f"/simple/{project}/", PIP)
            for turn, file in enumerate(files):
                use = HASH if turn % 2 == 0 else DROP
                straight = download(bench.upstream.port, file.path, DROP).first_byte
                bench.touch_disk(length)
                asked = fetches(log, file.path)
                ours.forget_peak()
                before = ours.cpu_seconds()
                done = in_parallel([lambda path=file.path, use=use: download(ours.port, path, use)] * CLIENTS)
                cpu = ours.cpu_seconds() - before
                asked = fetches(log, file.path) - asked
                whole = sum(d.length == length and d.sha256 in (file.sha256, None) for d in done)
                if asked != 1 or whole != CLIENTS:
                    raise BenchError(f"{asked} upstream fetches, {whole} of {CLIENTS} clients got the file whole")
                if project == "crowd":
                    peak.add(ours.name, ours.peak_rss() / MB)
                if project == "crowd" and use == DROP:
                    for row, value in ((first, median(d.first_byte for d in done)), (last, max(d.first_byte for d in done))):
                        row.add(STRAIGHT, straight * 1000)
                        row.add(ours.name, value * 1000)
                    total.add(ours.name, max(d.total for d in done), cpu / (CLIENTS * length / 1e9))
    most, slower = max(peak.values["Hashgate"]), first.ratio("Hashgate", STRAIGHT)
    return [first, last, total, peak], [
        Target(f"{told} cold, {CLIENTS} clients: one upstream fetch, all whole", "1 fetch, every sha256 right", True),
        Target("the same: peak RSS under 300 MB", f"{most:.0f} MB at most", most < 300),
        Target("the same: first byte within 1.5 × the upstream's", f"{slower:.2f} × (median client)", slower <= 1.5),
    ]


SECTIONS = {"start": start, "pages": pages, "files": files, "cold": cold, "crowd": crowd}


def turns(rounds: int, *servers_and_more):
    """Each in turn, every other round backwards, so that what one leaves behind falls on all alike."""
    for turn in range(rounds):
        yield from servers_and_more if turn % 2 == 0 else reversed(servers_and_more)


def copy(server: servers.Server, path: str, headers: dict[str, str], root: Path, target: str) -> str:
    """Puts what the server answers into a file that nginx serves under ``target``."""
    file = root / target.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(get(server.port, path, headers).body)
    return target


def fetches(log: Path, path: str) -> int:
    return sum(line.split()[1] == path for line in log.read_text().splitlines())
