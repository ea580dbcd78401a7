"""Make what iMatchSkills already holds, how complete the read-back is, and what staff answered.

Most of what should have been entered in past months is there, some of it with another date; a little should
not be. Days, months and stamps are counted as in `columns.py`.
"""

from datetime import date

import numpy as np
import polars as pl

from benchmarks import vocabulary as words
from benchmarks.activity import SUPPORT_TYPES
from benchmarks.columns import (
    Ints,
    Rng,
    blanked,
    chance,
    day_number,
    day_text,
    first_days,
    ids,
    month_text,
    months_of,
    picked,
    stamp_text,
    within,
)
from benchmarks.people import LAST_DAY, PLACES, People

THIS_MONTH = day_number(date(2026, 9, 1))
STEP_SHARE = 0.9
COMPONENT_SHARE = 0.6
SUPPORT_SHARE = 0.5
THIS_MONTH_SHARE = 0.15
STEPS = (
    ("orientation", "STEP Orientation"),
    ("assessment", "STEP E & T Assessment"),
    ("plan", "Created STEP Plan"),
)


def make_entries(rng: Rng, people: People, services: pl.DataFrame, *, payments: pl.DataFrame) -> pl.DataFrame:
    """Make the `ims_entries` table in the order of entry dates; working column `_day`."""
    found = [_steps(rng, people, position) for position in range(len(STEPS))]
    found += [_components(rng, services), _support(rng, payments)]
    rows = pl.concat(found)
    usable = people.job_seekers.is_not_null().to_numpy()[people.case_customer[rows["_case"].to_numpy()]]
    rows = rows.filter(pl.Series(usable)).sort("_day", "_case", "kind", "name", "client_reference")
    count, case = rows.height, rows["_case"].to_numpy()
    strangers = chance(rng, count, 0.001)
    known = people.job_seekers.gather(pl.Series(people.case_customer[case]))
    stranger = ids("J9", np.arange(count) % 99_999, 5)
    place = (people.case_place[case] + chance(rng, count, 0.003)) % len(PLACES)
    by_hand = rows["client_reference"].is_null()
    person = ids("staff", within(rng, count, (1, 20)), 2)
    entered_on = rows["_day"].to_numpy() + within(rng, count, (1, 10))
    return rows.with_columns(
        ids("X", np.arange(1, count + 1), 7).alias("entry_id"),
        stranger.zip_with(pl.Series(strangers), known).alias("job_seeker_id"),
        picked([place.provider for place in PLACES], place).alias("provider"),
        day_text(rows["_day"].to_numpy()).alias("date"),
        person.zip_with(by_hand, pl.Series(["ims-sync"] * count)).alias("entered_by"),
        stamp_text(entered_on * 86400 + within(rng, count, (57_600, 86_399))).alias("entered_at"),
    )


def _entered(rng: Rng, days: Ints, share: float) -> pl.Series:
    """Draw which of the items on these days are in iMatchSkills: `share` of past months, few of this one."""
    return pl.Series(rng.random(len(days)) < np.where(days < THIS_MONTH, share, THIS_MONTH_SHARE))


def _rows(kind: str, case: Ints, day: Ints, **more: pl.Series) -> pl.DataFrame:
    """Lay out entries of one kind; amount, funder and reference are blank unless given."""
    blank = pl.Series([None] * len(case), dtype=pl.String)
    cells = {"funder_selection": blank, "amount": blank, "client_reference": blank, **more}
    frame = pl.DataFrame({"_case": case, "_day": day, "kind": [kind] * len(case), **cells})
    return frame.select("_case", "_day", "kind", "name", "funder_selection", "amount", "client_reference")


def _steps(rng: Rng, people: People, position: int) -> pl.DataFrame:
    """Make one kind of step for most of the sound cases whose day has come."""
    kind, name = STEPS[position]
    days = people.planned_on if kind == "plan" else people.assessed_on
    due = people.sound & (days >= 0) & (days <= LAST_DAY)
    case = np.flatnonzero(due & chance(rng, len(days), STEP_SHARE))
    return _rows(kind, case, days[case], name=pl.Series([name] * len(case)))


def _references(rng: Rng, prefix: str, item: pl.Series) -> pl.Series:
    """Refer to the line for a few entries that were written by the service itself."""
    return blanked(prefix + item, ~chance(rng, item.len(), 0.12))


def _components(rng: Rng, services: pl.DataFrame) -> pl.DataFrame:
    """Make component entries for the first service of the month per customer, provider and component."""
    month = pl.Series(months_of(services["_day"].to_numpy())).alias("_month")
    first = (
        services.with_columns(month).filter("_good").sort("_day", "service_id")
        .unique(["customer_id", "_provider", "_component", "_month"], keep="first", maintain_order=True)
    )  # fmt: skip
    first = first.filter(_entered(rng, first["_day"].to_numpy(), COMPONENT_SHARE))
    day = first["_day"].to_numpy()
    month_end = first_days(months_of(day) + 1) - 1
    later = np.minimum(month_end, day + within(rng, len(day), (1, 9)))
    shifted = np.where(chance(rng, len(day), 0.05), later, day)
    funded = (first["_component"] == words.CAREER_TECHNICAL) & (first["_provider"] == "WSPM SE")
    funded |= first["_component"] == words.PRE_APPRENTICE
    return _rows(
        "component", first["_case"].to_numpy(), shifted, name=first["_component"],
        funder_selection=blanked(pl.Series(["Funder and Provider"] * len(day)), ~funded.to_numpy()),
        client_reference=_references(rng, "service:", first["service_id"]),
    )  # fmt: skip


def _support(rng: Rng, payments: pl.DataFrame) -> pl.DataFrame:
    """Make support entries for about half of the paid support, a few with another amount."""
    paid = payments.filter("_good")
    paid = paid.filter(_entered(rng, paid["_day"].to_numpy(), SUPPORT_SHARE))
    cents = paid["_cents"].to_numpy() + np.where(chance(rng, paid.height, 0.02), 100, 0)
    pence = pl.Series(cents % 100).cast(pl.String).str.zfill(2)
    return _rows(
        "support", paid["_case"].to_numpy(), paid["_day"].to_numpy(),
        name=picked([words.SUPPORT[kind][0] for kind in SUPPORT_TYPES], paid["_type"].to_numpy()),
        amount=pl.Series(cents // 100).cast(pl.String) + "." + pence,
        client_reference=_references(rng, "payment:", paid["payment_id"]),
    )  # fmt: skip


def make_scopes(rng: Rng, entries: pl.DataFrame) -> pl.DataFrame:
    """Make one `ims_scopes` row per provider and month of the entries; a few incomplete or miscounted."""
    month = month_text(months_of(entries["_day"].to_numpy())).alias("month")
    scopes = entries.with_columns(month).group_by("provider", "month").len().sort("provider", "month")
    off = pl.Series(chance(rng, scopes.height, 0.01)).cast(pl.Int64)
    return scopes.select(
        "provider", "month",
        picked(("no", "yes"), chance(rng, scopes.height, 0.96).astype(np.int64)).alias("complete"),
        (scopes["len"].cast(pl.Int64) + off).alias("row_count"),
        pl.lit("2026-09-30T14:00:00Z").alias("taken_at"),
    )  # fmt: skip


def make_choices(rng: Rng, services: pl.DataFrame, payments: pl.DataFrame) -> pl.DataFrame:
    """Make a few staff answers: support types picked, and whether a training went on in its second month."""
    several = payments.filter(pl.Series(np.array([len(t) > 1 for t in words.SUPPORT.values()]))
                              .gather(payments["_type"]) & payments["_good"])  # fmt: skip
    several = several.filter(pl.Series(chance(rng, several.height, 0.03)))
    kinds = [types[-1] for types in words.SUPPORT.values()]
    typed = _answers(rng, "payment:" + several["payment_id"], picked(kinds, several["_type"].to_numpy()))
    lasting = services.filter(pl.col("_good") & pl.col("_lasting") & (pl.col("_day") < THIS_MONTH))
    lasting = lasting.filter(pl.Series(chance(rng, lasting.height, 0.1)))
    second = month_text(months_of(lasting["_day"].to_numpy()) + 1)
    went_on = picked(("delivered", "not delivered"), chance(rng, lasting.height, 0.15).astype(np.int64))
    return pl.concat([typed, _answers(rng, "service:" + lasting["service_id"] + ":" + second, went_on)])


def _answers(rng: Rng, line: pl.Series, answer: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({
        "line_id": line, "answer": answer, "answered_by": ids("staff", within(rng, line.len(), (1, 20)), 2),
        "answered_on": day_text(LAST_DAY - within(rng, line.len(), (0, 60))),
        "note": pl.Series([None] * line.len(), dtype=pl.String),
    })  # fmt: skip
