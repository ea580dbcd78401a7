"""Hold the crosswalk: every dated row, its version, and what is in force on a day."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from pathlib import Path

from sync.crosswalk import check
from sync.crosswalk.files import Row, content_hash, read_rows
from sync.crosswalk.in_force import InForce
from sync.errors import BadConfiguration


class Crosswalk:
    """The dated table of services, support types, funders, aliases, contracts and known services.

    hash  SHA-256 over the files, hex
    """

    def __init__(self, rows: Iterable[Row], hash: str = "") -> None:  # noqa: A002 - the field's word
        self.rows = tuple(rows)
        self.hash = hash
        self._days = check.change_days(self.rows)
        self._in_force: dict[int, InForce] = {}

    @property
    def version(self) -> str:
        """Name the files by the first twelve digits of their hash."""
        return self.hash[:12]

    def era(self, day: date) -> int:
        """Return the number of the stretch of days, without any change, that holds the day."""
        return bisect_right(self._days, day) - 1

    @cached_property
    def _label_eras(self) -> list[int]:
        """Say of each era the first one in which programs and providers have the same aliases."""
        seen: dict[frozenset[Row], int] = {}
        firsts = []
        for era, day in enumerate(self._days):
            held = frozenset(row for row in self._place_aliases if row.holds_on(day))
            firsts.append(seen.setdefault(held, era))
        return firsts

    @cached_property
    def _place_aliases(self) -> list[Row]:
        return [row for row in self.rows if row.table == "aliases" and row["kind"] in {"program", "provider"}]

    def label_era(self, day: date) -> int:
        """Return the first era in which programs and providers are called as on the day."""
        return self._label_eras[self.era(day)]

    def label_eras(self, first: date, last: date) -> set[int]:
        """Return the label eras of all days from first to last."""
        return set(self._label_eras[self.era(first) : self.era(last) + 1])

    def on(self, day: date) -> InForce:
        """Return the rows in force on the day."""
        era = self.era(day)
        if era not in self._in_force:
            in_force = [row for row in self.rows if row.holds_on(day)]
            self._in_force[era] = InForce(in_force, self.rows, self._days[era])
        return self._in_force[era]

    def in_era(self, era: int) -> InForce:
        """Return the rows in force in a stretch of days."""
        return self.on(self._days[era])

    @cached_property
    def has_contracts(self) -> bool:
        """Tell whether any contract row stands in the crosswalk."""
        return any(row.table == "contracts" for row in self.rows)


def load(folder: Path, components: Iterable[str]) -> Crosswalk:
    """Read and check config/crosswalk; raise BadConfiguration with every mistake by file and line."""
    rows, mistakes = read_rows(folder)
    mistakes += check.mistakes(rows, components)
    if mistakes:
        raise BadConfiguration(sorted(mistakes))
    return Crosswalk(rows, content_hash(folder))
