"""Figures: medians, paired ratios, tables, JSON."""

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

from .promises import Promise

OURS = "Hashgate"
STRAIGHT = "straight"

OTHER = 2
"""The column of another revision."""

@dataclass
class Row:
    """One case: what each server was measured at, round for round, and its CPU where that says something."""

    section: str
    case: str
    unit: str
    values: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    cpu_unit: str = ""
    cpu_to: str = ""
    """The server whose CPU is the measure of Hashgate's."""

    def add(self, server: str, value: float, cpu: float | None = None) -> None:
        self.values.setdefault(server, []).append(value)
        if cpu is not None:
            self.cpu.setdefault(server, []).append(cpu)

    def median(self, server: str) -> float:
        return median(self.values[server])

    def ratio(self, server: str, other: str) -> float:
        """The median of the ratios within the rounds: what a noisy machine disturbs least."""
        return median(a / b for a, b in zip(self.values[server], self.values[other]))

    def added(self, server: str, other: str) -> float:
        """The median of what it adds within the rounds."""
        return median(a - b for a, b in zip(self.values[server], self.values[other]))

    def cpu_ratio(self, server: str, other: str) -> float | None:
        """None where the other took too little to be seen in clock ticks."""
        pairs = [(a, b) for a, b in zip(self.cpu[server], self.cpu[other]) if b > 0]
        return median(a / b for a, b in pairs) if pairs else None

    def against(self, server: str, other: str) -> str:
        """In milliseconds what it adds, for that is what a client feels; of anything else the ratio."""
        if self.unit == "ms":
            added = self.added(server, other)
            return f"{'+' if added > 0 else ''}{number(added)}"
        # Memory is no race.
        return "" if self.unit == "MB" or 0 in self.values[other] else f"{self.ratio(server, other):.2f}"


def tables(rows: list[Row], promises: list[Promise]) -> str:
    sections = dict.fromkeys(row.section for row in rows)
    parts = [table(section, [row for row in rows if row.section == section]) for section in sections]
    if promises:
        lines = [f"| {p.what} | {p.told(p.goal)} | {p.told(p.floor)} | {number(p.measured)} | {p.held} |" for p in promises]
        parts.append("\n".join(["### Promised", "", "| What | Goal | Floor | Measured | |", "|---|---:|---:|---:|---|", *lines, ""]))
    return "\n".join(parts)


def table(section: str, rows: list[Row]) -> str:
    servers = sorted(dict.fromkeys(server for row in rows for server in row.values), key=place)
    ours, others = servers[-1], servers[:-1]
    with_cpu = [server for server in servers if any(server in row.cpu for row in rows)]
    measures = [server for server in with_cpu if place(server) == OTHER or any(server == row.cpu_to for row in rows)]
    heads = ["", *servers, *(f"to {other}" for other in others), *(f"CPU, {server}" for server in with_cpu), *(f"CPU to {other}" for other in measures)]
    lines = [f"### {section}", "", f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    for row in rows:
        cells = [f"{row.case}, {row.unit}" if row.unit else row.case]
        cells += [number(row.median(server)) if server in row.values else "" for server in servers]
        cells += [row.against(ours, other) if other in row.values and ours in row.values else "" for other in others]
        cells += [f"{number(median(row.cpu[server]))} {row.cpu_unit}" if server in row.cpu else "" for server in with_cpu]
        ratios = [row.cpu_ratio(ours, other) if other in row.cpu and ours in row.cpu else None for other in measures]
        cells += ["" if ratio is None else f"{ratio:.2f}" for ratio in ratios]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def place(server: str) -> int:
    """The order of columns, whoever was first in the rounds: what Hashgate is held against, another revision, Hashgate."""
    return 0 if server == STRAIGHT else 3 if server == OURS else OTHER if server.startswith(OURS) else 1


def number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def machine(root: Path) -> dict:
    """What the figures depend on besides the program."""
    model = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / (1 << 20)
    revision = subprocess.run(["git", "-C", str(root), "describe", "--always", "--dirty"], capture_output=True, text=True, timeout=30, check=False)
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "revision": revision.stdout.strip() or "unknown",
        "cpus": os.cpu_count(),
        "cpu": model[0] if model else platform.machine(),
        "memory_gib": round(memory, 1),
        "kernel": platform.release(),
        "load": os.getloadavg()[0],
    }


def write(path: Path, about: dict, rows: list[Row], promises: list[Promise]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    result = {**about, "rows": [asdict(row) for row in rows], "promises": [{**asdict(promise), "held": promise.held} for promise in promises]}
    path.write_text(json.dumps(result, indent=1) + "\n")
