"""Hold what was measured with tables of one size, and work out the figures that targets are set for.

Lists of sizes are ascending, none twice, never empty.
"""

from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks.children import Measured

MILLION: Final = 1_000_000
GIB: Final = 1024**3
PRODUCT: Final = "product"
COLLEAGUE: Final = "colleague"


@dataclass(frozen=True)
class Run:
    """Hold one run: what it cost, the lines it wrote, and the SHA-256 of the file it wrote."""

    cost: Measured
    lines: int
    digest: str


@dataclass(frozen=True)
class Size:
    """Hold what was measured with one set of tables; runs by command, in the order they were made."""

    services: int
    rows: int
    runs: dict[str, list[Run]]

    def wall_s(self, command: str) -> float:
        """Give the median wall seconds of a command."""
        return median(run.cost.wall_s for run in self.runs[command])

    def peak_bytes(self, command: str) -> float:
        """Give the median peak memory of a command in bytes."""
        return median(run.cost.peak_bytes for run in self.runs[command])

    @property
    def ratio(self) -> float:
        """Give the product's median wall time as a share of the colleague's."""
        return self.wall_s(PRODUCT) / self.wall_s(COLLEAGUE)


def worst_ratio(sizes: list[Size]) -> float | None:
    """Give the greatest product/colleague ratio of wall times over all sizes."""
    return max(size.ratio for size in sizes)


def million_seconds(sizes: list[Size]) -> float | None:
    """Give the product's median wall seconds at a million services."""
    return next((size.wall_s(PRODUCT) for size in sizes if size.services == MILLION), None)


def million_gib(sizes: list[Size]) -> float | None:
    """Give the product's greatest peak memory in GiB at a million services."""
    found = [run.cost.peak_bytes for s in sizes if s.services == MILLION for run in s.runs[PRODUCT]]
    return max(found) / GIB if found else None


def linearity(sizes: list[Size]) -> float | None:
    """Give the product's time per service row at the largest size divided by that at the smallest."""
    small, large = sizes[0], sizes[-1]
    if small.services == large.services:
        return None
    return large.wall_s(PRODUCT) / small.wall_s(PRODUCT) / (large.services / small.services)
