"""Runs the parts that are asked for, prints their tables, writes their figures."""

import argparse
import os
import signal
import sys
from pathlib import Path

from . import report, servers
from .bench import Bench
from .clients import BenchError
from .lists import write_lists
from .parts import ON_DEMAND, PARTS
from .samples import Samples


def main() -> int:
    options = parse()
    about = {**report.machine(options.root), "against": options.against_name, "advisories": str(options.advisories or "none")}
    print(f"Hashgate {about['revision']}, {about['date']}, {about['cpus']} CPUs ({about['cpu']}), {about['memory_gib']} GiB, load {about['load']:.1f}", flush=True)
    told = f"advisories of {options.advisories}" if options.advisories else "no advisories (--advisories FILE gives them)"
    print(f"Default settings, allowlist of 1,000 entries, blocklist of 100, {told}; {options.rounds} rounds of {options.seconds:g} s", flush=True)
    content = options.work / "upstream"
    port = servers.free_port()
    rows, promises = [], []
    with servers.upstream(options.work / "nginx-upstream", content, port) as upstream:
        bench = Bench(builds(options, port), options.tools, options.work, options.rounds, options.seconds, options.quick, Samples(content, f"http://127.0.0.1:{port}"), upstream)
        for name in options.only:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            more, promised = PARTS[name](bench)
            rows += more
            promises += promised
            # What was measured is kept, whatever happens to the next part.
            report.write(options.json, about, rows, promises)
    print(report.tables(rows, promises))
    about["load_after"] = os.getloadavg()[0]
    report.write(options.json, about, rows, promises)
    print(f"Figures of every round: {options.json}")
    return 0


def builds(options: argparse.Namespace, upstream_port: int) -> list[servers.Hashgate]:
    settings = {
        **write_lists(options.work / "lists"),
        "Hashgate__Advisories__Source": str(options.advisories or "none"),
        "Hashgate__Upstreams__pypi__IndexUrl": f"http://127.0.0.1:{upstream_port}/simple/",
    }
    ours = servers.Hashgate(report.OURS, options.build, settings)
    return [servers.Hashgate(f"{report.OURS} {options.against_name}", options.against, settings), ours] if options.against else [ours]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="deploy/dev/bench")
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--tools", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--against-name")
    parser.add_argument("--advisories", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[name for name in PARTS if name not in ON_DEMAND])
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int)
    options = parser.parse_args()
    unknown = [name for name in options.only if name not in PARTS]
    if unknown:
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    for name in ("rounds", "seconds"):
        if getattr(options, name) is not None and getattr(options, name) < 1:
            parser.error(f"--{name} is at least 1")
    options.rounds = options.rounds or (3 if options.quick else 5)
    options.seconds = options.seconds or (2 if options.quick else 5)
    options.json = options.json or options.root / "BenchmarkDotNet.Artifacts" / "bench.json"
    return options


if __name__ == "__main__":
    # Unwinds, so that every server is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except BenchError as error:
        print(f"deploy/dev/bench: {error}", file=sys.stderr)
        sys.exit(1)
