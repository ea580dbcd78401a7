"""Work out the checklist of months: what is still open, point by point, from what the other pages and commands show."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import polars as pl

from sync.jobs.kept_rows import kept_tables
from sync.jobs.months import Key, Told, key_of, keyed
from sync.jobs.plan import decide_tables
from sync.jobs.service import Service
from sync.model import Decision, EntryKind
from sync.reconcile.settling import FLAG
from sync.rules.mismatch import Severity, month_text
from sync.store import Connection, State
from sync.store.months import About, Word, WordAct, ledger_of_months
from sync.store.review_list import Wanted, selected
from sync.store.review_states import NEEDS_A_PERSON
from sync.summary import money
from sync.summary.closing import fingerprint
from sync.summary.months import customers_with_nothing

NOTHING: Final = "nothing"
MONEY: Final = "money"
_STANDS = (State.CONFIRMED, State.KEYED)
_NOT_CERTAIN = (State.INTENDED, State.UNCLEAR, State.WRITTEN, State.REFUSED, State.FLAGGED)
_FOUND = {"key": pl.String(), "month": pl.String(), "point": pl.String(), "id": pl.String()}


class Kind(NamedTuple):
    """Say in words what a point counts and what to do about it."""

    words: str
    do: str
    blocks: bool = True


POINTS: Final[Mapping[str, Kind]] = {
    "not-over": Kind("The month is not over yet", "Wait until it is over: more may be recorded."),
    "to-enter": Kind("Lines not entered yet", "Push the plan, or key them by the worklist."),
    "not-certain": Kind("Entries that are unclear, under way, refused or need a person",
                        "Read back; look at what is left in iMatchSkills."),
    "flags": Kind("Flags: lines that need a person", "Settle them under review, or correct them in I-Trac."),
    "holds": Kind("Holds: lines that wait for something",
                  "See why each of them waits; most resolve once what is missing comes."),
    MONEY: Kind("Money at risk", "It is in the payments among the flags and holds.", blocks=False),
    "reviews": Kind("Mismatches that nobody settled, notes left out", "Settle them under review."),
    NOTHING: Kind("Customers of whom nothing is recorded, not declared",
                  "Ask the provider; enter what is missing in I-Trac, or declare that there is nothing."),
    "read-back": Kind("No complete read-back, or entries keyed since the last one", "Read back iMatchSkills."),
}  # fmt: skip
"""The checklist in its order; a point that blocks must be nought, or declared with a reason."""


@dataclass(frozen=True, slots=True)
class Point:
    """Carry one point of the checklist of a month.

    number       how many; of money at risk, cents
    ids          the lines, items or customers that are meant
    fingerprint  stands for them; what is declared holds for these alone
    declared     a person's word that it is known and stays so
    """

    name: str
    kind: Kind
    number: int
    ids: tuple[str, ...]
    fingerprint: str
    declared: Word | None

    @property
    def blocks(self) -> bool:
        """Tell whether nobody may sign because of it."""
        return self.kind.blocks and self.number > 0 and self.declared is None

    @property
    def shown(self) -> str:
        """Return the number as it is shown."""
        return f"${money(self.number)}" if self.name == MONEY else str(self.number)


def points_of(service: Service, conn: Connection, lines: pl.DataFrame, *, told: Told) -> dict[Key, list[Point]]:
    """Return the checklist of every month of a provider among the lines.

    lines  the lines of some months, with `key`
    """
    places = sorted(set(lines.select("key", "month").iter_rows()))
    found = [
        _open_lines(lines), _not_entered(service, conn, lines), _reviews(service, conn, {month for _, month in places}),
        _nothing(service, lines), _not_over(service, places), _never_read_back(service, places),
    ]  # fmt: skip
    ids: dict[tuple[str, str, str], list[str]] = {}
    for key, month, point, one in pl.concat(found).iter_rows():
        ids.setdefault((key, month, point), []).append(one)
    cents = _at_risk(lines)
    return {place: [_point(name, place, ids, told=told, cents=cents) for name in POINTS] for place in places}


def _point(
    name: str, place: Key, ids: Mapping[tuple[str, str, str], list[str]], *, told: Told, cents: Mapping[Key, int]
) -> Point:
    own = tuple(sorted(ids.get((*place, name), ())))
    if name == NOTHING:
        own = tuple(one for one in own if not is_declared(told, place, one))
    if name == MONEY:
        return Point(name, POINTS[name], cents.get(place, 0), (), "", None)
    mark = fingerprint("\n".join(own))
    word = told.word(place, About.POINT, name)
    holds = word is not None and word.act is WordAct.DECLARE and word.fingerprint == mark
    return Point(name, POINTS[name], len(own), own, mark, word if holds else None)


def is_declared(told: Told, place: Key, customer_id: str) -> bool:
    """Tell whether a person declared that there is nothing to report of a customer in a month."""
    word = told.word(place, About.CUSTOMER, customer_id)
    return word is not None and word.act is WordAct.DECLARE


def _open_lines(lines: pl.DataFrame) -> pl.DataFrame:
    names = {Decision.HOLD: "holds", Decision.FLAG: "flags"}
    waiting = lines.filter(pl.col("decision").is_in(list(names)))
    return _found(waiting, pl.col("decision").replace_strict(names, return_dtype=pl.String), "line_id")


def _at_risk(lines: pl.DataFrame) -> dict[Key, int]:
    waiting = pl.col("decision").is_in([Decision.HOLD, Decision.FLAG])
    payments = lines.filter(waiting, pl.col("entry_kind") == EntryKind.SUPPORT)
    cents = pl.col("amount").str.replace(".", "", literal=True).cast(pl.Int64).sum()
    summed = payments.group_by("key", "month").agg(cents).iter_rows()
    return {(key, month): total for key, month, total in summed}


def _not_entered(service: Service, conn: Connection, lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines to enter that do not stand there, the entries that are not certain, and those only keyed."""
    ledger = keyed(service, ledger_of_months(conn, set(lines["month"])))
    known = ledger.filter(pl.col("state").is_in([*_STANDS, *_NOT_CERTAIN]))
    wanted = lines.filter(pl.col("decision") == Decision.ENTER).join(known, on="line_id", how="anti")
    uncertain = ledger.filter(pl.col("state").is_in(list(_NOT_CERTAIN)))
    only_keyed = ledger.filter(pl.col("state") == State.KEYED)
    named = (("to-enter", wanted), ("not-certain", uncertain), ("read-back", only_keyed))
    return pl.concat([_found(rows, pl.lit(name), "line_id") for name, rows in named])


def _reviews(service: Service, conn: Connection, months: Collection[str]) -> pl.DataFrame:
    """Return the open mismatches; flags and held or flagged payments are points of their own."""
    wanted = Wanted(service.today.isoformat(), frozenset(map(str, NEEDS_A_PERSON)), {"month": frozenset(months)})
    _, rows = selected(conn, wanted)
    own = [
        (row.provider, row.month, row.item_id)
        for row in rows
        if row.kind not in {FLAG, "money-at-risk"} and row.severity != Severity.NOTE
    ]
    schema = {"provider": pl.String, "month": pl.String, "item_id": pl.String}
    return _found(keyed(service, pl.DataFrame(own, schema=schema, orient="row")), pl.lit("reviews"), "item_id")


def _nothing(service: Service, lines: pl.DataFrame) -> pl.DataFrame:
    tables = kept_tables(service.db, ["enrollments"])
    bare = customers_with_nothing(decide_tables(service, tables, service.today), lines.drop("key"))
    return _found(bare.rename({"provider_key": "key"}), pl.lit(NOTHING), "customer_id")


def _not_over(service: Service, places: Collection[Key]) -> pl.DataFrame:
    this = service.today.isoformat()[:7]
    rows = [(key, month, "not-over", month) for key, month in places if month >= this]
    return pl.DataFrame(rows, schema=_FOUND, orient="row")


def _never_read_back(service: Service, places: Collection[Key]) -> pl.DataFrame:
    scopes = kept_tables(service.db, ["ims_scopes"])["ims_scopes"].filter(pl.col("complete"))
    read = {(key_of(service, row["provider"]), month_text(row["month"])) for row in scopes.iter_rows(named=True)}
    rows = [(*place, "read-back", "never") for place in places if place not in read]
    return pl.DataFrame(rows, schema=_FOUND, orient="row")


def _found(rows: pl.DataFrame, point: pl.Expr, named_by: str) -> pl.DataFrame:
    return rows.select("key", "month", point.alias("point"), pl.col(named_by).alias("id"))
