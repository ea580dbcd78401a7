"""Make what was delivered and paid: the `services` and `payments` tables, with the faults of real data entry.

Columns whose names start with `_` are working columns (day numbers, positions) and are never written.
"""

from enum import IntEnum

import numpy as np
import polars as pl

from benchmarks import vocabulary as words
from benchmarks.columns import (
    Bools,
    Ints,
    Rng,
    blanked,
    chance,
    day_text,
    first_days,
    ids,
    mixed_day_text,
    money_text,
    months_of,
    oddly_typed,
    picked,
    stamp_text,
    within,
)
from benchmarks.people import FIRST_DAY, LAST_DAY, MONTHS, PLACES, People

OFFERS = words.offers()
COPY_SHARE = 0.35
VERSION_SHARE = 0.002
SECOND_CASE_ROWS = 0.4
SUPPORT_TYPES = tuple(words.SUPPORT)
PAYMENT_CONTROLS = (
    "Support Services Payments",
    "Support Service Payments",
    "Training & Education Service Payments",
)
PAYMENT_STATUSES = ("Paid", "PAID ", "Pending", "Cancelled", "Void", "Not Paid")


class Fault(IntEnum):
    """Name what is wrong with a service row; `NONE` is fit to be entered as far as the row itself goes."""

    NONE = 0
    CANCELLED = 1
    NOT_COMPLETED = 2
    UNKNOWN_LABEL = 3
    NEAR_MISS = 4
    END_MISSING = 5
    SPANS = 6
    REVERSED = 7
    UNREADABLE = 8
    START_MISSING = 9
    STARTED = 10
    OTHER_PROGRAM = 11
    FUTURE = 12
    BLANK_CELL = 13


FAULT_SHARES = {
    Fault.CANCELLED: 0.012,
    Fault.NOT_COMPLETED: 0.008,
    Fault.UNKNOWN_LABEL: 0.008,
    Fault.NEAR_MISS: 0.012,
    Fault.END_MISSING: 0.008,
    Fault.SPANS: 0.006,
    Fault.REVERSED: 0.003,
    Fault.UNREADABLE: 0.004,
    Fault.START_MISSING: 0.002,
    Fault.STARTED: 0.005,
    Fault.OTHER_PROGRAM: 0.02,
    Fault.FUTURE: 0.003,
    Fault.BLANK_CELL: 0.001,
}


def make_services(rng: Rng, people: People, count: int) -> pl.DataFrame:
    """Make exactly `count` service rows: originals, their Career Boost copies, and a few older versions.

    Rows come in the order of their stamps. Working columns that others read: `_case`, `_day`, `_component`,
    `_provider`, `_lasting` (training or work-based) and `_good` (to be entered unless another stands for it).
    """
    versions, copies = int(count * VERSION_SHARE), int(count * COPY_SHARE)
    originals = _originals(rng, people, count - versions - copies)
    fit = np.flatnonzero(((originals["_component"] != "") & (originals["_fault"] == Fault.NONE)).to_numpy())
    chosen = rng.choice(fit, copies, replace=copies > len(fit))
    stamps = np.concatenate([originals["_stamp"].to_numpy(), _copied_at(rng, originals, chosen)])
    number = np.empty(len(stamps), dtype=np.int64)
    number[np.argsort(stamps, kind="stable")] = np.arange(1, len(stamps) + 1)
    originals = originals.with_columns(
        ids("S", number[: originals.height], 7).alias("service_id"),
        pl.lit(None, dtype=pl.String).alias("copied_from"),
    )
    copied = _copies(rng, originals, chosen, number=number[originals.height :], stamp=stamps[originals.height :])
    older = _older_versions(rng, originals, versions)
    rows = pl.concat([originals, copied.select(originals.columns), older.select(originals.columns)])
    rows = rows.sort("_stamp", "service_id", maintain_order=True)
    return rows.with_columns(stamp_text(rows["_stamp"].to_numpy()).alias("modified_at"))


def _originals(rng: Rng, people: People, count: int) -> pl.DataFrame:
    """Draw what was delivered to whom on which day, with its faults, as cells of an export."""
    case = _cases_served(rng, people, count)
    place = people.case_place[case]
    shares = [1 - sum(FAULT_SHARES.values()), *FAULT_SHARES.values()]
    fault = rng.choice(np.array([Fault.NONE, *FAULT_SHARES]), count, p=shares)
    start = _start_days(rng, people, case)
    offer, start = _what(rng, people, case, start=start)
    start = np.where(fault == Fault.FUTURE, LAST_DAY + within(rng, count, (1, 30)), start)
    lasting = _is_lasting()[offer]
    end = np.where(lasting, start + within(rng, count, (20, 170)), _same_month_end(rng, start))
    end = np.where((fault == Fault.SPANS) & ~lasting, start + 31, end)
    end = np.where(fault == Fault.REVERSED, start - within(rng, count, (1, 9)), end)
    frame = pl.DataFrame({
        "_case": case, "_offer": offer, "_day": start, "_end": end, "_fault": fault, "_lasting": lasting,
        "_stamp": (start + within(rng, count, (0, 12))) * 86400 + within(rng, count, (57_600, 86_399)),
        "_component": picked([o.component for o in OFFERS], offer),
        "_provider": picked([p.provider for p in PLACES], place),
        "_good": _good(people, case, offer=offer, start=start, fault=fault),
        "customer_id": ids("C", people.case_customer[case] + 1, 6),
    })  # fmt: skip
    labels = _labels(rng, frame["_provider"], place=place, offer=offer, fault=fault)
    return frame.with_columns(*labels, *_dates_and_status(rng, frame))


def _cases_served(rng: Rng, people: People, count: int) -> Ints:
    """Pick a case for each row: some customers are served often, some seldom."""
    often = rng.gamma(2.0, 1.0, people.customers)
    customer = np.repeat(np.arange(people.customers), rng.multinomial(count, often / often.sum()))
    second = people.second_case[customer]
    return np.where((second >= 0) & chance(rng, count, SECOND_CASE_ROWS), second, customer)


def _start_days(rng: Rng, people: People, case: Ints) -> Ints:
    """Draw days between the case's plan and its last day; about 1 % before the plan."""
    low = np.maximum(FIRST_DAY, people.opened[case] + 21 - np.where(chance(rng, len(case), 0.01), 25, 0))
    high = np.maximum(low, people.closed[case])
    drawn: Ints = low + ((high - low + 1) * rng.random(len(case))).astype(np.int64)
    return np.minimum(LAST_DAY, drawn)


def _what(rng: Rng, people: People, case: Ints, *, start: Ints) -> tuple[Ints, Ints]:
    """Draw the offer of each row from its program; follow-up comes after the first day of work."""
    programs = [place.program for place in PLACES]
    offer = np.zeros(len(case), dtype=np.int64)
    employed_on = people.employed_on[people.case_customer[case]]
    retained = (employed_on >= 0) & (employed_on <= np.minimum(start, LAST_DAY - 95))
    for program in sorted(set(programs)):
        here = np.array([p == program for p in programs])[people.case_place[case]]
        offer[here & retained] = _draw(rng, program, int((here & retained).sum()), follow_up=True)
        offer[here & ~retained] = _draw(rng, program, int((here & ~retained).sum()), follow_up=False)
    follow_up = np.array([o.control == words.FOLLOW_UP for o in OFFERS])[offer]
    followed_on: Ints = np.maximum(FIRST_DAY, employed_on + within(rng, len(case), (0, 95)))
    return offer, np.where(follow_up, followed_on, start)


def _draw(rng: Rng, program: str, count: int, *, follow_up: bool) -> Ints:
    """Draw positions in OFFERS for one program by weight, with or without its follow-up."""
    fits = [o.program == program and (follow_up or o.control != words.FOLLOW_UP) for o in OFFERS]
    weights = np.where(np.array(fits), [o.weight for o in OFFERS], 0.0)
    return np.asarray(rng.choice(len(OFFERS), count, p=weights / weights.sum()), dtype=np.int64)


def _is_lasting() -> Bools:
    return np.array([o.control in (words.TRAINING, words.WORK_BASED) for o in OFFERS])


def _same_month_end(rng: Rng, start: Ints) -> Ints:
    """Give an end on the start day or a few days later within its month."""
    later = start + np.where(chance(rng, len(start), 0.15), within(rng, len(start), (1, 6)), 0)
    return np.minimum(later, first_days(months_of(start) + 1) - 1)


def _good(people: People, case: Ints, *, offer: Ints, start: Ints, fault: Ints) -> Bools:
    """Say which rows nothing stands against: case, plan, SNAP in the month, component and the row itself."""
    month = np.clip(months_of(start) - months_of(np.array([FIRST_DAY])), 0, MONTHS - 1)
    eligible = people.snap[people.case_customer[case], month] == 1
    component = np.array([o.component for o in OFFERS])[offer]
    planned = (people.planned_on[case] >= 0) & (people.planned_on[case] <= start)
    fit: Bools = people.sound[case] & planned & eligible & (component != "") & (fault == Fault.NONE)
    return fit


def _labels(rng: Rng, provider: pl.Series, *, place: Ints, offer: Ints, fault: Ints) -> list[pl.Series]:
    """Write program, control, service and provider as typed, with the faults that concern labels."""
    here = pl.DataFrame({
        "program": picked([p.program for p in PLACES], place),
        "control": picked([o.control for o in OFFERS], offer),
        "service": picked([o.service for o in OFFERS], offer), "fault": fault,
        "other": picked(words.OTHER_PROGRAMS, within(rng, len(fault), (0, 2))),
        "unknown": picked(words.UNKNOWN_LABELS, within(rng, len(fault), (0, 2))),
    })  # fmt: skip
    wrong = pl.col("fault")
    here = here.with_columns(
        program=pl.when(wrong == Fault.OTHER_PROGRAM).then("other").otherwise("program"),
        control=pl.when(wrong == Fault.BLANK_CELL).then(None).otherwise("control"),
        service=pl.when(wrong == Fault.UNKNOWN_LABEL).then("unknown")
        .when(wrong == Fault.NEAR_MISS).then(pl.col("service") + " - Virtual").otherwise("service"),
    )  # fmt: skip
    typed = [oddly_typed(rng, here[name]) for name in ("program", "control", "service")]
    return [*typed, oddly_typed(rng, provider.alias("provider"), 0.01)]


def _dates_and_status(rng: Rng, rows: pl.DataFrame) -> list[pl.Series]:
    """Write start, end, target end, training provider and status; a training that runs on has no end yet."""
    day, end, fault = rows["_day"].to_numpy(), rows["_end"].to_numpy(), rows["_fault"].to_numpy()
    lasting = rows["_lasting"].to_numpy()
    running = lasting & (end > LAST_DAY)
    start = mixed_day_text(rng, day, fault == Fault.START_MISSING)
    unreadable = pl.Series(["2026-02-30"] * rows.height)
    started = (fault == Fault.STARTED) | running
    status = np.select([fault == Fault.CANCELLED, fault == Fault.NOT_COMPLETED, started], [1, 2, 3], 0)
    aliased = (status < 2) & chance(rng, rows.height, 0.01)
    names = ("Completed", "Cancelled", "Not Completed", "Started", "Complete", "Canceled")
    return [
        start.zip_with(pl.Series(fault != Fault.UNREADABLE), unreadable).alias("start_date"),
        mixed_day_text(rng, end, running | (fault == Fault.END_MISSING)).alias("end_date"),
        day_text(end, ~lasting).alias("target_end_date"),
        oddly_typed(rng, picked(names, status + 4 * aliased).alias("status"), 0.01),
        blanked(ids("Test School ", day % 40, 2), ~lasting).alias("training_provider"),
    ]


def _copied_at(rng: Rng, originals: pl.DataFrame, chosen: Ints) -> Ints:
    return originals["_stamp"].to_numpy()[chosen] + within(rng, len(chosen), (60, 3 * 86400))


def _copies(rng: Rng, originals: pl.DataFrame, chosen: Ints, *, number: Ints, stamp: Ints) -> pl.DataFrame:
    """Copy the chosen originals to the Career Boost record; a few without their source, a few that differ."""
    names = (words.CAREER_BOOST, words.CAREER_BOOST_LONG)
    count = len(chosen)
    rows = originals[pl.Series(chosen)]
    other = pl.Series(chance(rng, count, 0.01))
    return rows.with_columns(
        picked(names, chance(rng, count, 0.15).astype(np.int64)).alias("program"),
        blanked(rows["service_id"], chance(rng, count, 0.01)).alias("copied_from"),
        pl.Series(["Started"] * count).zip_with(other, rows["status"]).alias("status"),
        ids("S", number, 7).alias("service_id"),
        pl.Series(stamp).alias("_stamp"),
        pl.Series(np.zeros(count, dtype=np.bool_)).alias("_good"),
    )


def _older_versions(rng: Rng, originals: pl.DataFrame, count: int) -> pl.DataFrame:
    """Repeat some originals as they stood a day before their last change."""
    rows = originals[pl.Series(rng.choice(originals.height, count, replace=False))]
    return rows.with_columns(pl.lit("Started").alias("status"), pl.lit(False).alias("_good"), pl.col("_stamp") - 86_400)


def make_payments(rng: Rng, people: People, services: pl.DataFrame, *, count: int) -> pl.DataFrame:
    """Make `count` payments, most in the month of a delivered service and on or after its day.

    Working columns: `_case`, `_day`, `_type` (position in SUPPORT_TYPES), `_cents`, `_good` (paid support).
    """
    good = services.filter("_good")
    served = good[pl.Series(rng.integers(0, good.height, count))]
    case, day = served["_case"].to_numpy(), served["_day"].to_numpy()
    month_end = np.minimum(LAST_DAY, first_days(months_of(day) + 1) - 1)
    paid_on = np.minimum(month_end, day + within(rng, count, (0, 8)))
    paid_on = np.where(chance(rng, count, 0.05), within(rng, count, (FIRST_DAY, LAST_DAY)), paid_on)
    kind, cents = within(rng, count, (0, len(SUPPORT_TYPES) - 1)), within(rng, count, (500, 250_000))
    control = rng.choice(3, count, p=[0.85, 0.05, 0.1])
    status = rng.choice(6, count, p=[0.92, 0.01, 0.04, 0.01, 0.01, 0.01])
    wrong = chance(rng, count, 0.01)
    return pl.DataFrame({
        "_case": case, "_day": paid_on, "_type": kind, "_cents": cents,
        "_good": (control < 2) & (status == 0) & ~wrong,
        "payment_id": ids("P", np.arange(1, count + 1), 7), "customer_id": served["customer_id"],
        "program": oddly_typed(rng, picked([p.program for p in PLACES], people.case_place[case])),
        "provider": oddly_typed(rng, served["_provider"], 0.01), "control": picked(PAYMENT_CONTROLS, control),
        "payment_date": mixed_day_text(rng, paid_on, chance(rng, count, 0.002)),
        "status": picked(PAYMENT_STATUSES, status),
        "payment_type": oddly_typed(rng, picked(SUPPORT_TYPES, kind), 0.02),
        "amount": pl.Series(["0.00"] * count).zip_with(pl.Series(wrong), money_text(rng, cents)),
        "paid_to": ids("Test Payee ", kind * 7, 3), "justification": ["needed for the plan"] * count,
        "other_resources_unavailable": picked(("yes", "no"), chance(rng, count, 0.02).astype(np.int64)),
        "for_service_id": blanked(served["service_id"], control < 2),
        "modified_at": stamp_text(paid_on * 86400 + 70_000),
    })  # fmt: skip
