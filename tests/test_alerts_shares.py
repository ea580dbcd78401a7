"""A program or provider whose lines are decided unlike in the past is noticed, and normal months raise nothing."""

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from sync.alerts import Cause
from sync.jobs.alerts import known_alerts
from sync.jobs.service import Service
from sync.model import Decision
from sync.pretend.person import Person
from sync.pretend.person import service as coaching
from sync.store import Database, newest_plan, shares_of
from sync.summary.shares import LEAST_LINES, Cell, Shares, Unlike, count_shares, shares_from, unlike_past
from tests.folders import seed
from tests.services import done, lay_exports, plan_lines, planned, service
from tests.store_rows import plan_lines as rows_of_plan
from tests.worlds import world

SEED = seed()
DECISIONS = [str(decision) for decision in Decision]
START = date(2025, 1, 6)
Line = tuple[str, date, str]


def shares(lines: list[Line], as_of: date) -> Shares:
    """Return the counts of made-up lines that were known on a day."""
    counts = Counter(Cell("provider", who, f"{day:%Y-%m}", what) for who, day, what in lines if day <= as_of)
    return Shares(as_of, counts)


def year(rng: random.Random, *, odd: dict[str, tuple[date, str, float]] | None = None) -> list[Line]:
    """Return a year and a half of lines of twenty providers, each of its own habits, which sway a little by month.

    odd  by provider from which day on which share of its lines is decided as something else; it has usual habits and
         enough lines before, because of very few lines, most of them odd already, nothing could be told
    """
    lines: list[Line] = []
    for number in range(20):
        who, flags, nothing = f"provider {number}", rng.uniform(0.02, 0.3), rng.uniform(0.05, 0.5)
        fewest = 10
        if who in (odd or {}):
            flags, nothing, fewest = 0.1, 0.2, 30
        for month in range(18):
            first = date(2025 + month // 12, month % 12 + 1, 1)
            sway = rng.gauss(0, 0.03)
            weights = [1 - flags - nothing - 0.05, 0.05, max(flags + sway, 0.0), max(nothing - sway, 0.0)]
            for _ in range(rng.randint(fewest, 80)):
                day = first + timedelta(days=rng.randrange(28))
                what = rng.choices(DECISIONS, weights)[0]
                since, other, share = (odd or {}).get(who, (date.max, "", 0.0))
                lines.append((who, day, other if day >= since and rng.random() < share else what))
    return lines


def watched(lines: list[Line], every: int = 7) -> dict[date, list[Unlike]]:
    """Return by day what a plan in each so many days finds unlike its past."""
    found, past, day, known = {}, list[Shares](), START, Counter[Cell]()
    left = sorted(lines, key=lambda line: line[1], reverse=True)
    while day < date(2026, 6, 30):
        while left and left[-1][1] <= day:
            who, at, what = left.pop()
            known[Cell("provider", who, f"{at:%Y-%m}", what)] += 1
        now = Shares(day, dict(known))
        found[day] = unlike_past(now, [one for one in past if day - one.as_of <= timedelta(days=60)]) if past else []
        past.append(now)
        day += timedelta(days=every)
    return found


def test_normal_months_raise_hardly_anything() -> None:
    worlds = [watched(year(random.Random(SEED + turn))) for turn in range(3)]

    alarms = {(turn, one.subject) for turn, found in enumerate(worlds) for unlike in found.values() for one in unlike}

    # Chance alone raises one in about a hundred such years, which one more in the same test would not be.
    assert len(alarms) <= 1, f"seed {SEED}: {alarms}"


@pytest.mark.parametrize(
    ("decision", "share", "days"), [(Decision.NO_ENTRY, 1.0, 91), (Decision.FLAG, 1.0, 63), (Decision.FLAG, 0.8, 91)]
)
@pytest.mark.parametrize("turn", range(3))
def test_a_provider_that_changes_is_noticed(decision: Decision, share: float, days: int, turn: int) -> None:
    rng = random.Random(SEED + turn)
    since = date(2026, 2, 2)

    found = watched(year(rng, odd={"provider 7": (since, str(decision), share)}))

    noticed = [
        day for day, unlike in found.items() if any(one.subject == f"provider provider 7, {decision}" for one in unlike)
    ]
    assert noticed, f"seed {SEED + turn}: never noticed"
    assert since <= noticed[0] <= since + timedelta(days=days), f"seed {SEED + turn}: noticed on {noticed[:1]}"


def test_what_changes_at_once_is_noticed_by_the_next_plan() -> None:
    day = date(2026, 3, 30)
    before = [("A", day, "enter")] * 30
    after = [("A", day, "no-entry")] * 30

    (found,) = unlike_past(shares(after, day), [shares(before, day - timedelta(days=0))])

    assert (found.subject, found.share_now, found.share_then) == ("provider A, no-entry", 1.0, 0.0)


@pytest.mark.parametrize(("lines", "found"), [(LEAST_LINES, 1), (LEAST_LINES - 1, 0)])
def test_without_a_past_only_that_all_lines_are_filtered_out_tells_anything(lines: int, found: int) -> None:
    day = date(2026, 3, 30)

    assert len(unlike_past(shares([("A", day, "no-entry")] * lines, day), [])) == found
    assert unlike_past(shares([("A", day, "no-entry")] * lines + [("A", day, "enter")], day), []) == []
    assert unlike_past(shares([("A", day, "hold")] * lines, day), []) == []


def test_what_was_always_filtered_out_raises_nothing() -> None:
    day = date(2026, 3, 30)
    usual = shares([("A", day, "no-entry")] * 50, day)

    assert unlike_past(usual, [usual]) == []


def test_older_months_do_not_hide_what_is_new() -> None:
    day = date(2026, 3, 30)
    old = [("A", date(2025, 6, 1), "enter")] * 5000
    before = shares([*old, *[("A", day, "enter")] * 40], day)

    assert unlike_past(shares([*old, *[("A", day, "flag")] * 40], day), [before])


def people(label: str, count: int = LEAST_LINES) -> dict[str, list[dict[str, str]]]:
    """Return people with a coaching each, whose provider is written so."""
    tables: dict[str, list[dict[str, str]]] = {"ims_entries": []}
    for number in range(1, count + 1):
        person = Person(number)
        coaching("2026-04-07", **({"program": label} if label else {}))(person)
        for name, rows in person.tables.items():
            tables.setdefault(name, []).extend(rows)
    return tables


@pytest.fixture
def own(database: Database, tmp_path: Path) -> Service:
    return service(database, tmp_path)


def plan_of(own: Service, tmp_path: Path, label: str, *, day: int) -> None:
    lay_exports(tmp_path, people(label))
    done(own, "pull")
    done(own, "readback")
    planned(own, date(2026, 4, day))


def subjects(own: Service) -> list[str]:
    return [alert.subject for alert in known_alerts(own.db, every=False) if alert.cause == Cause.SHARE_UNLIKE_PAST]


def test_a_program_whose_label_changed_in_the_export_is_named_by_the_next_plan(own: Service, tmp_path: Path) -> None:
    plan_of(own, tmp_path, "", day=20)
    before = subjects(own)

    plan_of(own, tmp_path, "EOP Portland (new)", day=21)

    assert before == []
    assert "program EOP Portland (new), no-entry" in subjects(own) or "program EOP Portland (new), flag" in subjects(
        own
    )
    assert any(subject.startswith("provider IRCO, ") for subject in subjects(own))
    provider = next(alert for alert in known_alerts(own.db, every=False) if alert.subject.startswith("provider IRCO, "))
    assert provider.facts["share_now"] > provider.facts["share_then"]


def test_the_alert_is_over_when_the_figures_are_as_before(own: Service, tmp_path: Path) -> None:
    plan_of(own, tmp_path, "", day=20)
    plan_of(own, tmp_path, "EOP Portland (new)", day=21)

    plan_of(own, tmp_path, "", day=22)

    assert subjects(own) == []


def test_counts_kept_in_steps_are_those_of_the_whole_plan(database: Database, tmp_path: Path) -> None:
    made = world(SEED, customers=20)
    own = service(database, tmp_path)
    tables = {"customers": [], "ims_entries": [], **made.tables}
    lay_exports(tmp_path, tables)
    done(own, "pull")
    done(own, "readback")
    planned(own, made.as_of)
    lay_exports(tmp_path, {**tables, "services": tables["services"][::2]})
    done(own, "pull")

    stored = planned(own, made.as_of)

    assert stored.decided_about is not None
    newest = newest_plan(database)
    assert newest is not None
    kept = shares_of(database, newest.id)
    assert kept is not None
    force = own.configuration.crosswalk.on(made.as_of)
    assert dict(shares_from(kept).counts) == dict(count_shares(plan_lines(own, stored), force, made.as_of).counts)


def test_what_stands_in_imatchskills_already_counts_as_entered(own: Service) -> None:
    line = {"program": "EOP Portland", "provider": "IRCO", "month": "2026-04", "decision": "no-entry"}
    lines = rows_of_plan({**line, "reasons": "already-in-ims"}, {**line, "reasons": "tanf"})
    as_of = date(2026, 4, 20)

    counted = count_shares(lines, own.configuration.crosswalk.on(as_of), as_of).open_months()

    assert {tuple(sorted(counts.items())) for counts in counted.values()} == {(("enter", 1), ("no-entry", 1))}
