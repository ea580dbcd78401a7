"""Replay other files over our own months: which lines would change, and what of that the signed months keep away."""

from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

import polars as pl

from sync.crosswalk.texts import Files, hash_of
from sync.decide import lines_of
from sync.jobs.compare import with_setting
from sync.jobs.crosswalk_drafts import configured_by, newest_or_refuse
from sync.jobs.decide_files import Configuration
from sync.jobs.kept_rows import kept_tables
from sync.jobs.months import key_of, told_of
from sync.jobs.plan import decide_tables
from sync.jobs.service import Service
from sync.store import newest_plan
from sync.store.crosswalk_versions import Version
from sync.summary.impact import Moved, cents_moved, changed_lines, moved
from sync.tables import Tables
from sync.tables.writing import csv_bytes


@dataclass(frozen=True, slots=True)
class Basis:
    """Say what was replayed: which rows (as of which pull; None = all), for which day."""

    pull: int | None
    as_of: date


@dataclass(frozen=True, slots=True)
class Impact:
    """Tell what would change.

    changed  the lines of open months that are decided otherwise (columns of `changed_lines`)
    signed   those of signed months: they stay as they were signed until a person accepts the difference
    lines    how many lines were decided
    hash     stands for all of it: the lines, both sets of files, and what was replayed
    """

    basis: Basis
    published: str
    wanted: str
    lines: int
    changed: pl.DataFrame
    signed: pl.DataFrame

    @property
    def hash(self) -> str:
        """Return what a second person names when they publish."""
        digest = sha256(f"{self.published} {self.wanted} {self.basis.pull} {self.basis.as_of}\n".encode())
        for part in (self.changed, self.signed):
            digest.update(csv_bytes(part))
        return digest.hexdigest()

    @property
    def moved(self) -> list[Moved]:
        """Return the changed lines by program, provider, component and decision."""
        return moved(self.changed)

    @property
    def cents(self) -> int:
        """Return by how much more can be invoiced in the open months, in cents."""
        return cents_moved(self.changed)


@dataclass(frozen=True, slots=True)
class Replayed:
    """Carry what is decided about, and by which version: the kept rows as of the newest plan."""

    version: Version
    basis: Basis
    tables: Tables
    configuration: Configuration


@dataclass(frozen=True, slots=True)
class Published:
    """Carry what the published version decides of the kept rows, so that several drafts can be held against it."""

    of: Replayed
    lines: pl.DataFrame


def replayed(service: Service) -> Replayed:
    """Return the kept rows as of the newest plan, and the configuration of the published version."""
    version, basis = newest_or_refuse(service), _basis(service)
    read = configured_by(service, version.files).configuration
    return Replayed(version, basis, kept_tables(service.db, seq=basis.pull), read)


def published_lines(service: Service, rows: Replayed | None = None) -> Published:
    """Decide the kept rows by the published version."""
    there = rows or replayed(service)
    return Published(there, _lines(replace(service, configuration=there.configuration), there.tables, there.basis))


def impact(service: Service, files: Files, *, against: Published | None = None) -> Impact:
    """Decide the kept rows by the published files and by others, as of the newest plan; tell what differs.

    against  the first half of it, where it was done already
    Raises BadConfiguration where the files have mistakes.
    """
    return _compared(service, configured_by(service, files), wanted=hash_of(files), against=against)


def impact_of_setting(service: Service, setting: str) -> Impact:
    """Tell what would differ if one setting, given as NAME=VALUE, were read otherwise; nothing of it can be published.

    Raises WrongCall where there is no such setting or reading.
    """
    published = newest_or_refuse(service)
    read = configured_by(service, published.files)
    other = with_setting(read.configuration, setting)
    return _compared(service, replace(read, configuration=other), wanted=sha256(setting.encode()).hexdigest())


def _compared(service: Service, wanting: Service, *, wanted: str, against: Published | None = None) -> Impact:
    then = against or published_lines(service)
    now = _lines(wanting, then.of.tables, then.of.basis)
    changed = changed_lines(then.lines, now)
    signed = _in_signed_months(service, changed)
    kept = pl.col("line_id").is_in(sorted(signed))
    parts = changed.filter(~kept), changed.filter(kept)
    return Impact(then.of.basis, then.of.version.hash, wanted, len(now), *parts)


def _basis(service: Service) -> Basis:
    plan = newest_plan(service.db)
    return Basis(plan.pull_seq, date.fromisoformat(plan.as_of)) if plan else Basis(None, service.today)


def _lines(service: Service, tables: Tables, basis: Basis) -> pl.DataFrame:
    return lines_of(decide_tables(service, tables, basis.as_of))


def _in_signed_months(service: Service, changed: pl.DataFrame) -> set[str]:
    """Return which of the lines are, or would be, in a month of a provider that is signed."""
    with service.db.read() as conn:
        signed = set(told_of(service, conn).signed)
    if not signed:
        return set()
    places = [
        changed.select("line_id", provider=f"{when}_provider", month=f"{when}_month").drop_nulls()
        for when in ("then", "now")
    ]
    rows = pl.concat(places).iter_rows()
    return {line_id for line_id, provider, month in rows if (key_of(service, provider), month) in signed}
