"""Find what is wrong between rows of the crosswalk: overlaps, two answers for one day, alias loops."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from sync.crosswalk.files import Row
from sync.crosswalk.in_force import ALIAS_KINDS, InForce
from sync.model import fold

SUPPORT_SERVICE = "Support Service"

KEYS: dict[str, tuple[str, ...]] = {
    "services": ("program", "control", "service"),
    "support": ("payment_type", "ims_type"),
    "funders": ("component", "program", "provider"),
    "aliases": ("kind", "scope", "label"),
    "contracts": ("provider", "allowed"),
    "known_services": ("service",),
}
_ANSWERS = {"services": "component", "funders": "selection", "aliases": "stands_for"}


def mistakes(rows: list[Row], components: Iterable[str]) -> list[str]:
    """Return every mistake between rows, named by file and line."""
    known = {fold(component) for component in components}
    return [
        *_overlaps(rows), *_alias_kinds(rows), *_alias_chains(rows), *_unknown_components(rows, known),
        *_two_answers(rows),
    ]  # fmt: skip


def _overlaps(rows: list[Row]) -> Iterator[str]:
    """Name rows of one key that are both in force on some day."""
    by_key: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        yield from (_clash(row, other, "") for other in by_key[_written(row)] if row.overlaps(other))
        by_key[_written(row)].append(row)


def _clash(row: Row, other: Row, through: str) -> str:
    answer = _ANSWERS.get(row.table)
    key = ", ".join(row[column] for column in KEYS[row.table] if row[column])
    if answer and fold(row[answer]) != fold(other[answer]):
        what = f"two answers for one day: {row[answer]!r} here, {other[answer]!r} in line {other.line}"
    else:
        what = f"overlap: line {other.line} says the same for some of these days"
    return f"{row.place}: {what} ({key}){through}; end one before the other begins"


def _alias_kinds(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        if row.table == "aliases" and row["kind"] not in ALIAS_KINDS:
            yield f"{row.place}: kind is {row['kind']!r}, expected one of {', '.join(ALIAS_KINDS)}"


def _alias_chains(rows: list[Row]) -> Iterator[str]:
    """Name aliases that stand for something which is itself an alias (or for themselves)."""
    by_label: dict[tuple[str, str], list[Row]] = defaultdict(list)
    aliases = [row for row in rows if row.table == "aliases"]
    for row in aliases:
        by_label[row["kind"], fold(row["label"])].append(row)
    for row in aliases:
        following = by_label[row["kind"], fold(row["stands_for"])]
        yield from (_loop(row, other) for other in following if _meet(row, other))


def _meet(row: Row, other: Row) -> bool:
    """Tell whether two aliases hold for the same program on some day."""
    scopes = {fold(row["scope"]), fold(other["scope"])}
    return (len(scopes) == 1 or "" in scopes) and row.overlaps(other)


def _loop(row: Row, other: Row) -> str:
    return (
        f"{row.place}: alias loop: {row['label']!r} stands for {row['stands_for']!r}, which is an "
        f"alias itself (line {other.line}); name the label at the end of the chain"
    )


def _unknown_components(rows: list[Row], known: set[str]) -> Iterator[str]:
    aliases = {fold(row["label"]) for row in rows if row.table == "aliases" and row["kind"] == "component"}
    for row in rows:
        column = {"services": "component", "funders": "component", "contracts": "allowed"}.get(row.table)
        allowed = {*known, *aliases, *({fold(SUPPORT_SERVICE)} if row.table == "contracts" else ())}
        if column and fold(row[column]) not in allowed:
            yield f"{row.place}: unknown component {row[column]!r}; [components] in rules.toml lists those there are"


def _two_answers(rows: list[Row]) -> Iterator[str]:
    """Name rows whose keys are the same once aliases are applied, on some day, with different answers."""
    told: dict[tuple[str, str], str] = {}
    for day in change_days(rows):
        held = [row for row in rows if row.holds_on(day)]
        force = InForce(held, rows, day)
        keys = {"services": force.service_key, "funders": force.funder_key, "aliases": force.alias_key}
        for row, other in (pair for table, key in keys.items() for pair in _same_key(held, table, key)):
            told.setdefault((row.place, other.place), _clash(row, other, " through an alias"))
    return iter(told.values())


def _same_key(rows: list[Row], table: str, key: Callable[[Row], object]) -> Iterator[tuple[Row, Row]]:
    """Yield rows of one key with different answers, but for those that are written alike: they overlap."""
    first: dict[object, Row] = {}
    for row in rows:
        if row.table != table:
            continue
        other = first.setdefault(key(row), row)
        if fold(row[_ANSWERS[table]]) != fold(other[_ANSWERS[table]]) and _written(row) != _written(other):
            yield row, other


def _written(row: Row) -> tuple[str, ...]:
    return (row.table, *(fold(row[column]) for column in KEYS[row.table]))


def change_days(rows: Iterable[Row]) -> list[date]:
    """Return the first day of each stretch of days on which the same rows are in force."""
    days = {date.min}
    for row in rows:
        if row.first:
            days.add(row.first)
        if row.last and row.last < date.max:
            days.add(row.last + timedelta(days=1))
    return sorted(days)
