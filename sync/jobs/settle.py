"""Settle lines of the ledger by what was read back: confirmed, to be sent again, or for a person to look at."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import polars as pl

from sync.jobs.kept_rows import kept_tables
from sync.jobs.service import Service
from sync.model import TABLES, fold
from sync.push import CONFLICT, MOST_TRIES, Cells, ReadBack, Shown, Verdict, judge
from sync.rules.mismatch import month_text
from sync.settings import Level
from sync.store import (
    UNSETTLED,
    Act,
    Confirmation,
    How,
    LedgerLine,
    State,
    confirm,
    entries_of_others,
    lines_in_states,
    move,
    pull_of_plans,
    record,
    unmoved,
)
from sync.tables import Tables

_EXACT = (Level.L2, Level.L3, Level.L4)
_COLUMNS = [column.name for column in TABLES["ims_entries"].columns]
Place = tuple[str, str]


def settle_by_what_is_kept(service: Service) -> dict[str, int]:
    """Judge every unsettled line by the read-back that the database holds; return how many became what."""
    lines = lines_in_states(service.db, UNSETTLED)
    kept = kept_tables(service.db, ["ims_entries", "ims_scopes"])
    seekers = [line.job_seeker_id for line in lines]
    rows = _texts(kept["ims_entries"].filter(pl.col("job_seeker_id").is_in(seekers)))
    whole = _whole(kept)
    verdicts = []
    for place, own in by_place(lines).items():
        entries = [row for row in rows if _place_of(row) == place]
        verdicts += judge(own, read_back(service, own, entries, taken_at=whole.get(place)))
    return apply(service, verdicts)


def by_place(lines: Iterable[LedgerLine]) -> Mapping[Place, list[LedgerLine]]:
    """Return lines by (provider as compared, month)."""
    places: dict[Place, list[LedgerLine]] = defaultdict(list)
    for line in lines:
        places[fold(line.provider), line.month].append(line)
    return places


def read_back(
    service: Service, lines: list[LedgerLine], entries: list[Cells], *, taken_at: datetime | None
) -> ReadBack:
    """Return entries as lines are judged by them; what stood there before a line was planned is not that line's."""
    seen = [str(entry["entry_id"]) for entry in entries]
    others = entries_of_others(service.db, seen, lines=[line.line_id for line in lines])
    exact = service.settings.ims.level in _EXACT
    return ReadBack(entries, taken_at, exact, others, {} if exact else _there_before(service, lines))


def _there_before(service: Service, lines: list[LedgerLine]) -> dict[str, set[str]]:
    """Return by line the entries of its job seeker that stood in iMatchSkills when it was planned.

    Each line by its own plan: one that was planned anew says nothing of one that was sent before.
    """
    pulls = pull_of_plans(service.db, {line.plan_id for line in lines})
    found: dict[str, set[str]] = {}
    for seq in {seq for seq in pulls.values() if seq is not None}:
        planned = [line for line in lines if pulls[line.plan_id] == seq]
        stood = _stood(service, seq, {line.job_seeker_id for line in planned})
        found |= {line.line_id: stood[line.job_seeker_id] for line in planned}
    return found


def _stood(service: Service, seq: int, seekers: set[str]) -> dict[str, set[str]]:
    """Return by job seeker the entries that stood after a pull."""
    stood: dict[str, set[str]] = defaultdict(set)
    entries = kept_tables(service.db, ["ims_entries"], seq=seq, owners=seekers)["ims_entries"]
    for seeker, entry_id in entries.select("job_seeker_id", "entry_id").iter_rows():
        stood[seeker].add(entry_id)
    return stood


def _texts(entries: pl.DataFrame) -> list[Cells]:
    return list(entries.select(pl.col(_COLUMNS).cast(pl.String)).iter_rows(named=True))


def _place_of(entry: Cells) -> Place:
    return fold(entry["provider"] or ""), (entry["date"] or "")[:7]


def _whole(kept: Tables) -> dict[Place, datetime]:
    """Return when each place was read back as a whole; a place whose rows are not as many as it says is left out."""
    places = [_place_of(row) for row in _texts(kept["ims_entries"])]
    counted = Counter(places)
    whole = {}
    for row in kept["ims_scopes"].filter(pl.col("complete")).iter_rows(named=True):
        place = (fold(row["provider"]), month_text(row["month"]))
        if row["row_count"] == counted[place]:
            whole[place] = row["taken_at"]
    return whole


def apply(service: Service, verdicts: list[Verdict]) -> dict[str, int]:
    """Write down what the verdicts say of their lines, unless another moved them; return how many became what."""
    now = service.now()
    with service.db.write() as conn:
        still = unmoved(conn, (verdict.line for verdict in verdicts))
        verdicts = [verdict for verdict in verdicts if verdict.line.line_id in still]
        there = [verdict for verdict in verdicts if verdict.shown is Shown.THERE]
        again, look = _left(verdicts)
        told = {"confirmed": len(there), "again": len(again), "to_look_at": sum(map(len, look.values()))}
        confirm(conn, [_confirmation(service, one, now) for one in there], now=now)
        move(conn, again, State.TO_DO, now=now)
        for words, ids in look.items():
            move(conn, ids, State.FLAGGED, now=now, words=words)
        if any(told.values()):
            record(conn, Act(service.actor, "settled", "ledger", told), now)
    return told


def _confirmation(service: Service, verdict: Verdict, now: datetime) -> Confirmation:
    day = now.date().isoformat()
    return Confirmation(verdict.line.line_id, str(verdict.entry_id), How.READ_BACK, service.actor, day, now)


def _left(verdicts: list[Verdict]) -> tuple[list[str], dict[str, list[str]]]:
    """Return the lines to send again, and by what to say those that a person has to look at."""
    again, look = [], defaultdict(list)
    for verdict in verdicts:
        words = _objection(verdict)
        if words:
            look[words].append(verdict.line.line_id)
        elif verdict.shown is Shown.ABSENT:
            again.append(verdict.line.line_id)
    return again, look


def _objection(verdict: Verdict) -> str | None:
    """Say why a person has to look at a line that was read back; None where none has to."""
    line = verdict.line
    if verdict.shown is Shown.DIFFERS:
        return "the entry in iMatchSkills differs from what was entered"
    if verdict.shown is not Shown.ABSENT:
        return None
    if line.state is not State.UNCLEAR:
        return "said to be written, but a complete read-back does not show it"
    if line.words == CONFLICT:
        return "the target said that it is there already, but a complete read-back does not show it"
    return f"not written in {line.tries} tries" if line.tries >= MOST_TRIES else None


def due(lines: Iterable[LedgerLine], now: datetime) -> tuple[list[LedgerLine], timedelta | None]:
    """Return the lines whose settle time is over, and how long until that of the next one; None if there is none."""
    ready, later = [], []
    for line in lines:
        wait = (line.next_try_at or now) - now
        (ready.append(line) if wait <= timedelta() else later.append(wait))
    return ready, min(later, default=None)
