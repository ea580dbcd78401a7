"""Show which provider may enter what by contract, what enforcing it would flag, and what to do where no row stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

import polars as pl

from sync.crosswalk import InForce, Row
from sync.errors import WrongCall
from sync.jobs.crosswalk_impact import Replayed, impact_of_setting, replayed
from sync.jobs.crosswalk_put import Said, put, with_rows
from sync.jobs.crosswalk_use import MONTHS, month_before, plan_or_refuse
from sync.jobs.service import Service
from sync.model import Decision, EntryKind, Reason
from sync.rules.labels import SUPPORT_SERVICE, look_up
from sync.store import lines_of_plan
from sync.store.crosswalk_versions import Draft
from sync.summary.figures import cents_of
from sync.summary.impact import cents_moved

_KEY_DIGITS: Final = 12
_REASONS = (Reason.COMPONENT_NOT_CONTRACTED, Reason.SUPPORT_NOT_CONTRACTED)


@dataclass(frozen=True, slots=True)
class Entered:
    """Carry what a provider entered, or is to enter, in the last months without any contract row for it.

    key         names it without saying it
    last_month  the newest month of such a line, YYYY-MM
    """

    key: str
    provider: str
    allowed: str
    lines: int
    last_month: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """Count the lines that enforcing contracts flags; cents: how much less can be invoiced."""

    provider: str
    allowed: str
    lines: int
    cents: int


@dataclass(frozen=True, slots=True)
class Contracts:
    """Carry the contracts on a day.

    rows      in force on the day, by provider and what it allows; every: how many there are on any day
    enforced  whether the published settings enforce them
    flags     what enforcing them flags (or would flag) in open months; None = not asked for, or there is no row
    entered   what was entered without a row
    """

    version: int
    on: date
    enforced: bool
    rows: list[Row]
    every: int
    flags: list[Flagged] | None
    entered: list[Entered]


def contracts(service: Service, *, on: date | None = None, flags: bool = True, months: int = MONTHS) -> Contracts:
    """Show the contracts that are in force on a day (that of the newest plan where none is given).

    flags  work out, by deciding again, what enforcing them flags
    """
    of = replayed(service)
    day = on or of.basis.as_of
    every = [row for row in of.configuration.crosswalk.rows if row.table == "contracts"]
    rows = sorted((row for row in every if row.holds_on(day)), key=lambda row: (row["provider"], row["allowed"]))
    flagged = _flagged(service, of) if flags and every else None
    entered = _entered(service, of, months) if of.basis.pull is not None else []
    enforced = of.configuration.rules.contracts.enforced
    return Contracts(of.version.number, day, enforced, rows, len(every), flagged, entered)


def propose_contracts(service: Service, keys: Collection[str], said: Said) -> Draft:
    """Put contract rows for what providers entered into a draft: a person says that their contracts allow it."""
    found = [one for one in contracts(service, flags=False).entered if one.key in keys]
    if not found or len(found) != len(set(keys)):
        raise WrongCall("nothing was saved: not all that was chosen is on the list any more", "Look at it again.")
    source = " ".join(said.reason.split())
    rows = [("contracts", {"provider": one.provider, "allowed": one.allowed, "source": source}) for one in found]
    return put(service, lambda files: with_rows(files, rows), said)


def _flagged(service: Service, of: Replayed) -> list[Flagged]:
    """Return what enforcing flags, by provider and what it would have to allow, the most lines first."""
    if of.configuration.rules.contracts.enforced:
        lines = lines_of_plan(service.db, plan_or_refuse(service).id).filter(_has_reason("reasons"))
        groups = _by_place(lines, "")
        found = [Flagged(*place, len(own), cents_of(own.filter(_SUPPORT))) for place, own in groups.items()]
    else:
        changed = impact_of_setting(service, "contracts.enforced=true").changed.filter(_has_reason("now_reasons"))
        groups = _by_place(changed, "now_")
        found = [Flagged(*place, len(own), -cents_moved(own)) for place, own in groups.items()]
    return sorted(found, key=lambda one: (-one.lines, one.provider, one.allowed))


_SUPPORT = pl.col("entry_kind") == EntryKind.SUPPORT


def _by_place(lines: pl.DataFrame, prefix: str) -> dict[tuple[str, str], pl.DataFrame]:
    """Return lines by provider and by what a contract has to allow for them."""
    placed = lines.with_columns(
        pl.col(f"{prefix}provider").fill_null("").alias("place"), _allowed(prefix).fill_null("").alias("allowed")
    )
    groups = placed.partition_by("place", "allowed", as_dict=True)
    return {(str(place), str(allowed)): own for (place, allowed), own in groups.items()}


def _allowed(prefix: str) -> pl.Expr:
    support = pl.col(f"{prefix}entry_kind") == EntryKind.SUPPORT
    return pl.when(support).then(pl.lit(SUPPORT_SERVICE)).otherwise(f"{prefix}entry_name")


def _entered(service: Service, of: Replayed, months: int) -> list[Entered]:
    """Return what was entered, or is to be, without a contract row on its day, by provider, the most lines first."""
    plan = plan_or_refuse(service)
    since = month_before(plan.as_of[:7], months - 1)
    of_kind = pl.col("entry_kind").is_in([str(EntryKind.COMPONENT), str(EntryKind.SUPPORT)])
    there = pl.col("reasons").str.split(";").list.contains(str(Reason.ALREADY_IN_IMS)).fill_null(value=False)
    entered = (pl.col("decision") == Decision.ENTER) | there
    lines = lines_of_plan(service.db, plan.id).filter((pl.col("month") >= since) & of_kind & entered)
    lines = lines.with_columns(_allowed("").alias("allowed")).drop_nulls("allowed")
    crosswalk = of.configuration.crosswalk

    def answer(key: tuple[str, str, str, str]) -> tuple[bool, str, str]:
        day, program, provider, allowed = key
        force = crosswalk.on(date.fromisoformat(day))
        keys = _keys(force, provider, allowed, program=force.program(program))
        return force.contract(*keys) is not None, *keys

    schema = {"has_row": pl.Boolean, "provider_key": pl.String, "allowed_key": pl.String}
    lines = look_up(lines, ["date", "program", "provider", "allowed"], answer=answer, schema=schema)
    counted = (
        lines.filter(~pl.col("has_row")).group_by("provider_key", "allowed_key")
        .agg(pl.col("provider").min(), pl.col("allowed").min(), pl.len().alias("lines"), pl.col("month").max())
    )  # fmt: skip
    found = [
        Entered(_key(row["provider_key"], row["allowed_key"]), *(row[name] for name in _SHOWN))
        for row in counted.iter_rows(named=True)
    ]
    return sorted(found, key=lambda one: (-one.lines, one.provider, one.allowed))


_SHOWN = ("provider", "allowed", "lines", "month")


def _keys(force: InForce, provider: str, allowed: str, *, program: str) -> tuple[str, str]:
    return force.canonical("provider", provider, program), force.canonical("component", allowed, program)


def _key(provider: str, allowed: str) -> str:
    return sha256(f"{provider}\x1f{allowed}".encode()).hexdigest()[:_KEY_DIGITS]


def _has_reason(column: str) -> pl.Expr:
    named = pl.col(column).str.split(";")
    return pl.any_horizontal(named.list.contains(str(reason)) for reason in _REASONS).fill_null(value=False)
