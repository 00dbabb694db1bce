"""Runs the sections that are asked for, prints their tables, writes their figures."""

import argparse
import os
import signal
import sys
from pathlib import Path

from . import report, servers
from .clients import BenchError
from .samples import Samples
from .sections import SECTIONS, Bench


def main() -> int:
    options = parse()
    about = report.machine(options.root)
    print(f"Hashgate {about['revision']}, {about['date']}, {about['cpus']} CPUs ({about['cpu']}), {about['memory_gib']} GiB, load {about['load']:.1f}", flush=True)
    content = options.work / "upstream"
    port = servers.free_port()
    rows, targets = [], []
    with servers.upstream(options.work / "nginx-upstream", content, port) as upstream:
        bench = Bench(options.build, options.work, options.rounds, options.seconds, options.quick, Samples(content, f"http://127.0.0.1:{port}"), upstream)
        for name in options.only:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            more, promised = SECTIONS[name](bench)
            rows += more
            targets += promised
    print(report.tables(rows, targets))
    about["load_after"] = os.getloadavg()[0]
    report.write(options.json, about, rows, targets)
    print(f"Figures of every round: {options.json}")
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="deploy/dev/bench")
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(SECTIONS))
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float)
    options = parser.parse_args()
    unknown = [name for name in options.only if name not in SECTIONS]
    if unknown:
        parser.error(f"there is no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
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
