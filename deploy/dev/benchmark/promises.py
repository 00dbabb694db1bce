"""What docs/performance.md promises, figure by figure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """One figure: what it should reach, what it must hold, what it is."""

    what: str
    measured: float
    goal: float
    floor: float
    unit: str = ""
    more: bool = False
    """Whether more is better."""

    @property
    def held(self) -> str:
        for name, limit in (("goal", self.goal), ("floor", self.floor)):
            if self.measured >= limit if self.more else self.measured <= limit:
                return name
        return "missed"

    def told(self, limit: float) -> str:
        return f"{'≥' if self.more else '≤'} {limit:g}{' ' + self.unit if self.unit else ''}"
