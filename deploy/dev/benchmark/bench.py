"""What all parts share: the builds, the samples, the turns."""

import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from .clients import get
from .report import Row
from .samples import MB, Samples
from .servers import Hashgate, Server, wait_until_ready


@dataclass(frozen=True)
class Bench:
    """The builds' last is the one that is measured; one before it is another revision to compare it with."""

    builds: list[Hashgate]
    tools: Path | None
    work: Path
    rounds: int
    seconds: float
    quick: bool
    samples: Samples
    upstream: Server

    @property
    def ours(self) -> Hashgate:
        return self.builds[-1]

    def data(self, build: Hashgate, name: str) -> Path:
        """Each build has its own data directory of a name."""
        return self.work / f"{name}-{self.builds.index(build)}"

    @contextmanager
    def hashgates(self, name: str, more: Callable[[int], dict[str, str]] = lambda _: {}):
        """Every build, started with a data directory of this name, and ready. ``more`` settings go by the build's number."""
        with ExitStack() as stack:
            servers = [stack.enter_context(build.start(self.data(build, name), more(number))) for number, build in enumerate(self.builds)]
            for server in servers:
                wait_until_ready(server)
            yield servers

    def fetches(self, path: str) -> int:
        """How often the upstream was asked for a path so far. It logs an answer when it has sent it, so a moment is waited."""
        time.sleep(0.05)
        log = self.work / "nginx-upstream" / "requests.log"
        return sum(line.split()[1] == path for line in log.read_text().splitlines())

    def touch_disk(self, size: int) -> None:
        """Has the guest's memory behind the page cache touched once, which a first write would pay for."""
        dummy = self.work / "dummy"
        with dummy.open("wb") as target:
            for _ in range(size // MB + 1):
                target.write(b"x" * MB)
        dummy.unlink()


def turns(rounds: int, *contestants):
    """Each in turn, every other round backwards, so that what one leaves behind falls on all alike."""
    for turn in range(rounds):
        yield from contestants if turn % 2 == 0 else reversed(contestants)


def copy(server: Server, path: str, headers: dict[str, str], root: Path, target: str) -> str:
    """Puts what the server answers into a file that nginx serves under ``target``."""
    file = root / target.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(get(server.port, path, headers).body)
    return target


def peaks(section: str, servers: list[Server]) -> Row:
    """The most memory that each took since ``forget_peak``."""
    row = Row(section, "peak RSS", "MB")
    for server in servers:
        row.add(server.name, server.peak_rss() / MB)
    return row
