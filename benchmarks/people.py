"""Make the people of the synthetic tables: who they are, enrollments, first steps, work and eligibility.

A *case* is a customer in a qualifying program at a provider. Case i < number of customers is customer i's
first one; the rest are second cases. Days, months and stamps are counted as in `columns.py`.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from benchmarks import vocabulary as words
from benchmarks.columns import (
    Bools,
    Ints,
    Rng,
    blanked,
    chance,
    day_number,
    day_text,
    first_days,
    ids,
    mixed_day_text,
    month_text,
    months_of,
    picked,
    stamp_text,
    within,
)

FIRST_DAY = day_number(date(2025, 10, 1))
LAST_DAY = day_number(date(2026, 9, 30))
MONTHS = 12
PLACES = words.places()
SECOND_CASE_SHARE = 0.25
EMPLOYED_SHARE = 0.4


@dataclass(frozen=True)
class People:
    """Hold who is served, where and when.

    customers      number of customers
    job_seekers    their iMatchSkills ids, null where there is none
    case_customer, case_place, opened, closed   per case: customer, position in PLACES, first and last day
    second_case    per customer: the second case, or -1
    employed_on    per customer: day of the employment, or -1
    assessed_on, planned_on   per case: day of the assessment, of the plan's completion; -1 = never
    sound          per case: nothing but SNAP stands in the way of entering what is delivered
    snap           customers × MONTHS: 0 no row, 1 eligible, 2 not eligible, 3 unknown
    """

    customers: int
    job_seekers: pl.Series
    case_customer: Ints
    case_place: Ints
    opened: Ints
    closed: Ints
    second_case: Ints
    employed_on: Ints
    assessed_on: Ints
    planned_on: Ints
    sound: Bools
    snap: Ints


def make_people(rng: Rng, customers: int) -> tuple[People, dict[str, pl.DataFrame]]:
    """Draw the people and the tables that describe them, by table name."""
    case_customer, second_case, opened = _cases(rng, customers)
    weights = np.array([place.weight for place in PLACES])
    place = rng.choice(len(PLACES), len(case_customer), p=weights / weights.sum())
    closed = np.minimum(LAST_DAY, opened + within(rng, len(opened), (120, 420)))
    job_seekers, known = _job_seekers(rng, customers)
    records, recorded = _shared_records(rng, opened[:customers], place[:customers])
    cases = _program_enrollments(rng, case_customer, place, opened=opened, closed=closed)
    assessed, planned = _step_days(rng, opened)
    sound = (known & recorded)[case_customer] & (assessed >= 0) & (planned >= 0) & (planned <= opened + 21)
    hired_on = opened[:customers] + within(rng, customers, (60, 200))
    employed_on = np.where(chance(rng, customers, EMPLOYED_SHARE), hired_on, -1)
    people = People(
        customers, job_seekers, case_customer, place, opened, closed, second_case,
        employed_on, assessed, planned, sound, _snap(rng, customers),
    )  # fmt: skip
    tables = {
        "customers": _customers(rng, people),
        "enrollments": _numbered("enrollment_id", "E", pl.concat([records, cases])),
        "assessments": _assessments(rng, people),
        "goals": _goals(rng, people),
        "employments": _employments(rng, people),
        "ims_eligibility": _eligibility(rng, people),
    }
    return people, tables


def _numbered(heading: str, prefix: str, rows: pl.DataFrame) -> pl.DataFrame:
    number = np.arange(1, rows.height + 1)
    return rows.insert_column(0, ids(prefix, number, 7).alias(heading))


def _cases(rng: Rng, customers: int) -> tuple[Ints, Ints, Ints]:
    """Give each case's customer, each customer's second case (or -1) and each case's first day."""
    first = day_number(date(2025, 8, 1)) + (365 * rng.random(customers) ** 2).astype(np.int64)
    second = np.flatnonzero(chance(rng, customers, SECOND_CASE_SHARE))
    case_customer = np.concatenate([np.arange(customers), second])
    second_case = np.full(customers, -1)
    second_case[second] = customers + np.arange(len(second))
    later = np.minimum(LAST_DAY - 40, first[second] + within(rng, len(second), (20, 150)))
    return case_customer, second_case, np.concatenate([first, later])


def _job_seekers(rng: Rng, customers: int) -> tuple[pl.Series, Bools]:
    """Give iMatchSkills ids (about 1 % none, 0.1 % another customer's too) and where they are usable."""
    number = np.arange(1, customers + 1)
    missing = chance(rng, customers, 0.01)
    shared = chance(rng, customers, 0.001) & (number > 1)
    conflict = shared | np.append(shared[1:], False)
    return blanked(ids("J", number - shared, 6), missing), ~missing & ~conflict


def _customers(rng: Rng, people: People) -> pl.DataFrame:
    count = people.customers
    number = np.arange(1, count + 1)
    ssn = pl.Series(within(rng, count, (0, 9999))).cast(pl.String).str.zfill(4)
    refused = pl.Series(["REFUSED"] * count).zip_with(pl.Series(chance(rng, count, 0.2)), ssn)
    born = pl.Series(within(rng, count, (1, 365))).cast(pl.Int32).cast(pl.Date).dt.strftime("%m/%d")
    return pl.DataFrame({
        "customer_id": ids("C", number, 6), "job_seeker_id": people.job_seekers,
        "last_name": ["Test"] * count, "first_name": ids("Person", number, 6),
        "birth_month_day": born, "last4_ssn": blanked(refused, chance(rng, count, 0.05)),
    })  # fmt: skip


def _shared_records(rng: Rng, opened: Ints, place: Ints) -> tuple[pl.DataFrame, Bools]:
    """Make the Career Boost and WorkSource enrollments, and say which customers have both in good time."""
    count = len(opened)
    boosted, worked = chance(rng, count, 0.985), chance(rng, count, 0.985)
    documented = chance(rng, count, 0.985)
    registered = opened - within(rng, count, (0, 5))
    applied = opened - within(rng, count, (5, 30))
    customer = ids("C", np.arange(1, count + 1), 6)
    none = pl.Series([None] * count, dtype=pl.String)
    long_name = chance(rng, count, 0.3).astype(np.int64)
    boost = pl.DataFrame({
        "customer_id": customer, "program": picked((words.CAREER_BOOST, words.CAREER_BOOST_LONG), long_name),
        "provider": picked([p.provider for p in PLACES], place), "application_date": day_text(registered),
        "registration_completed_on": day_text(registered), "documentation_complete": none, "exit_date": none,
        "modified_at": stamp_text(registered * 86400 + 61_000),
    }).filter(pl.Series(boosted))  # fmt: skip
    kind = chance(rng, count, 0.3).astype(np.int64)
    work = pl.DataFrame({
        "customer_id": customer, "program": picked(words.WORKSOURCE, kind),
        "provider": ["WSPM Centers"] * count, "application_date": mixed_day_text(rng, applied),
        "registration_completed_on": day_text(applied), "exit_date": none,
        "documentation_complete": picked(("no", "yes"), documented.astype(np.int64)),
        "modified_at": stamp_text(applied * 86400 + 62_000),
    }).select(boost.columns).filter(pl.Series(worked))  # fmt: skip
    return pl.concat([boost, work]), boosted & worked & documented


def _program_enrollments(rng: Rng, customer: Ints, place: Ints, *, opened: Ints, closed: Ints) -> pl.DataFrame:
    """Make one enrollment per case; about a third of those closed before the last day have an exit date."""
    count = len(customer)
    too_early = np.where(chance(rng, count, 0.02), -40, 5)
    open_still = (closed >= LAST_DAY - 5) | chance(rng, count, 0.65)
    return pl.DataFrame({
        "customer_id": ids("C", customer + 1, 6),
        "program": picked([p.program for p in PLACES], place),
        "provider": picked([p.provider for p in PLACES], place),
        "application_date": mixed_day_text(rng, opened), "registration_completed_on": day_text(opened),
        "documentation_complete": pl.Series([None] * count, dtype=pl.String),
        "exit_date": day_text(closed + too_early, open_still),
        "modified_at": stamp_text(opened * 86400 + 63_000),
    })  # fmt: skip


def _step_days(rng: Rng, opened: Ints) -> tuple[Ints, Ints]:
    """Draw the days of assessment and plan per case: -1 for about 1 %, weeks late for about 1 %."""
    count = len(opened)
    assessed = opened + within(rng, count, (0, 8))
    planned = assessed + within(rng, count, (0, 10)) + np.where(chance(rng, count, 0.01), 60, 0)
    lacking = rng.random(count)
    return np.where(lacking < 0.01, -1, assessed), np.where(lacking > 0.99, -1, planned)


def _assessments(rng: Rng, people: People) -> pl.DataFrame:
    done = np.flatnonzero(people.assessed_on >= 0)
    day = people.assessed_on[done]
    return _numbered("assessment_id", "A", pl.DataFrame({
        "customer_id": ids("C", people.case_customer[done] + 1, 6),
        "provider": picked([p.provider for p in PLACES], people.case_place[done]),
        "completed_on": mixed_day_text(rng, day), "modified_at": stamp_text(day * 86400 + 64_000),
    }))  # fmt: skip


def _goals(rng: Rng, people: People) -> pl.DataFrame:
    """Make a long-term and a short-term goal per planned case, and a later update for a fifth of them."""
    planned = np.flatnonzero(people.planned_on >= 0)
    updated = planned[chance(rng, len(planned), 0.2)]
    case = np.concatenate([planned, planned, updated])
    term = np.repeat([0, 1, 2], [len(planned), len(planned), len(updated)])
    day = people.planned_on[case] + np.where(term == 2, within(rng, len(case), (30, 120)), 0)
    return _numbered("goal_id", "G", pl.DataFrame({
        "customer_id": ids("C", people.case_customer[case] + 1, 6),
        "provider": picked([p.provider for p in PLACES], people.case_place[case]),
        "term": picked(("Long Term", "Short Term", "short"), term),
        "set_on": day_text(day), "target_end_date": day_text(day + 90, term == 0),
        "modified_at": stamp_text(day * 86400 + 65_000),
    }))  # fmt: skip


def _employments(rng: Rng, people: People) -> pl.DataFrame:
    hired = np.flatnonzero(people.employed_on >= 0)
    day = people.employed_on[hired]
    ended = chance(rng, len(hired), 0.15)
    return _numbered("employment_id", "W", pl.DataFrame({
        "customer_id": ids("C", hired + 1, 6), "start_date": mixed_day_text(rng, day),
        "end_date": day_text(day + 75, ~ended), "employer": ids("Test Employer ", hired % 500, 3),
        "modified_at": stamp_text(day * 86400 + 66_000),
    }))  # fmt: skip


def _snap(rng: Rng, customers: int) -> Ints:
    """Draw the SNAP state of every customer and month: mostly eligible, a few persons never."""
    state = rng.choice([0, 1, 2, 3], (customers, MONTHS), p=[0.015, 0.965, 0.01, 0.01])
    state[chance(rng, customers, 0.02)] = 2
    return state


def _eligibility(rng: Rng, people: People) -> pl.DataFrame:
    usable = people.job_seekers.is_not_null().to_numpy()
    customer, month = np.nonzero((people.snap > 0) & usable[:, None])
    first = months_of(np.array([FIRST_DAY])) + month
    tanf = chance(rng, people.customers, 0.01)[customer].astype(np.int64)
    return pl.DataFrame({
        "job_seeker_id": people.job_seekers.gather(pl.Series(customer)), "month": month_text(first),
        "snap_status": picked(("", "eligible", "not eligible", "unknown"), people.snap[customer, month]),
        "tanf": picked(("no", "yes"), tanf),
        "checked_on": day_text(first_days(first) + within(rng, len(month), (0, 4))),
    })  # fmt: skip
