"""From the process's start to its first answer."""

from ..bench import Bench, turns
from ..clients import PIP, get
from ..promises import Promise
from ..report import OURS, Row
from ..samples import PAGE_SIZES


def start(bench: Bench):
    """With nothing, and with a page of 3,000 files and the advisories, if there are any, stored."""
    empty = Row("Start", "empty data directory, /healthz", "ms")
    stored = Row("Start", "page of 3,000 files stored, its page", "ms")
    page = bench.samples.page("stored", PAGE_SIZES["large"])
    with bench.hashgates("start-stored") as servers:
        for server in servers:
            get(server.port, page, PIP)
    for turn, build in enumerate(turns(bench.rounds, *bench.builds)):
        with build.start(bench.data(build, f"start-{turn}")) as server:
            empty.add(server.name, server.seconds_to_answer * 1000)
        with build.start(bench.data(build, "start-stored"), ready_path=page) as server:
            stored.add(server.name, server.seconds_to_answer * 1000)
    return [empty, stored], [
        Promise("start to first answer, empty data directory", empty.median(OURS), 300, 600, "ms"),
        Promise("start to first answer, page of 3,000 files stored", stored.median(OURS), 300, 600, "ms"),
    ]
