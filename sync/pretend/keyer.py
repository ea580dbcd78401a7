"""Pretend a person who keys a worklist into iMatchSkills, ticks it off, and makes slips."""

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from sync.pretend.ims import PretendIms

Row = dict[str, str | None]
_KINDS = {
    "Orientation": "orientation", "Assessment": "assessment", "Plan": "plan", "Service": "component",
    "Support service": "support",
}  # fmt: skip
_DAY = timedelta(days=1)


class Slip(StrEnum):
    """What a person may get wrong with one line."""

    SKIPPED = "left for later"
    FORGOT_TO_TICK = "keyed, but not ticked"
    TICKED_ALONE = "ticked, but not keyed"
    KEYED_TWICE = "keyed twice"
    WRONG_DATE = "keyed with the date of the day before"
    NOT_SURE_KEYED = "not sure, and it is there"
    NOT_SURE_MISSING = "not sure, and it is not there"
    COULD_NOT = "could not"


_KEYS = {
    Slip.SKIPPED: 0, Slip.FORGOT_TO_TICK: 1, Slip.TICKED_ALONE: 0, Slip.KEYED_TWICE: 2, Slip.WRONG_DATE: 1,
    Slip.NOT_SURE_KEYED: 1, Slip.NOT_SURE_MISSING: 0, Slip.COULD_NOT: 0,
}  # fmt: skip
_TICKS = {
    Slip.SKIPPED: None, Slip.FORGOT_TO_TICK: None, Slip.TICKED_ALONE: "x", Slip.KEYED_TWICE: "x",
    Slip.WRONG_DATE: "x", Slip.NOT_SURE_KEYED: "not sure", Slip.NOT_SURE_MISSING: "not sure",
    Slip.COULD_NOT: "could not",
}  # fmt: skip


class Keyer:
    """A person at a keyboard; the same seed makes the same slips.

    share  of the lines with which something goes wrong, 0 to 1
    slips  what went wrong with which line, as it was made
    """

    def __init__(self, ims: PretendIms, seed: int, share: float = 0.0) -> None:
        self._ims, self._share = ims, share
        self._chance = random.Random(seed)  # noqa: S311 - slips, not secrets
        self.slips: list[tuple[str, Slip]] = []

    def key(self, rows: Iterable[Mapping[str, str | None]]) -> list[Row]:
        """Key the rows of a worklist (its columns by name), in their order; return them as ticked off."""
        return [self._key(dict(row)) for row in rows]

    def _key(self, row: Row) -> Row:
        slip = self._chance.choice(list(Slip)) if self._chance.random() < self._share else None
        if slip is None:
            return {**row, "done": "x", "entry_number": self._enter(row)}
        self.slips.append((str(row["line_id"]), slip))
        moved = {**row, "date": str(date.fromisoformat(str(row["date"])) - _DAY)} if slip is Slip.WRONG_DATE else row
        numbers = [self._enter(moved) for _ in range(_KEYS[slip])]
        tick = _TICKS[slip]
        return {**row, "done": tick, "entry_number": numbers[0] if numbers and tick == "x" else None}

    def _enter(self, row: Row) -> str:
        names = {"job_seeker_id": "job_seeker_id", "provider": "provider", "name": "entry_name", "date": "date",
                 "funder_selection": "funder_selection", "amount": "amount"}  # fmt: skip
        cells = {field: row[name] for field, name in names.items()}
        return self._ims.put_entry({**cells, "kind": _KINDS[str(row["what"])], "entered_by": "DEMO-KEYER"})
