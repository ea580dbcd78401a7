"""Tell which labels in our own rows nothing knows, what they may stand for, and what an alias would clear.

Labels come from people's typing and may hold a name: they are for the eyes of admins, and never in a log or an address.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from hashlib import sha256

import polars as pl

from sync.errors import BadConfiguration, WrongCall
from sync.jobs.crosswalk_impact import Published, Replayed, impact, published_lines, replayed
from sync.jobs.crosswalk_put import Said, put, with_rows
from sync.jobs.service import Service
from sync.model import Decision, fold
from sync.rules.similar import alike, candidates
from sync.rules.unlisted import Unlisted, enrolled_at, unlisted
from sync.store.crosswalk_versions import Draft

WORKED_OUT = 5
_KEY_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Clears:
    """Tell what an alias would do to our own lines of open months, by deciding again.

    lines     how many lines would be decided otherwise
    flags     how many of them are flagged, and would not be any more
    enters    how many would be entered, and are not now
    cents     by how much more could be invoiced
    mistakes  why the alias cannot stand: then nothing was decided
    """

    lines: int = 0
    flags: int = 0
    enters: int = 0
    cents: int = 0
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Carry a label that another may stand for; clears: None = not worked out."""

    stands_for: str
    score: int
    clears: Clears | None = None


@dataclass(frozen=True, slots=True)
class SeenLabel:
    """Carry a label that nothing knows.

    key       names it without saying it
    program   whose rows it stands in, for a service; blank for kinds that are compared alike in all programs
    near      the crosswalk has a service that reads almost the same
    rows      how many rows have it
    known     every label that it could stand for, in order
    """

    key: str
    kind: str
    program: str
    control: str
    label: str
    near: bool
    rows: int
    suggestions: tuple[Suggestion, ...]
    known: tuple[str, ...]

    def alias(self, stands_for: str, source: str, *, everywhere: bool = False) -> dict[str, str]:
        """Return the cells of an alias; everywhere: in all programs, not in its own alone."""
        scope = "" if everywhere else self.program
        return {"kind": self.kind, "scope": scope, "label": self.label, "stands_for": stands_for, "source": source}


@dataclass(frozen=True, slots=True)
class Labels:
    """Carry the labels that nothing knows: those with a suggestion first, of these the most rows."""

    version: int
    as_of: str
    found: list[SeenLabel]

    def one(self, key: str) -> SeenLabel:
        """Return the label with a key; WrongCall where there is none (any more)."""
        found = next((one for one in self.found if one.key == key), None)
        if found is None:
            raise WrongCall(f"there is no label {key} that nothing knows", "Look at the list again.")
        return found


def labels(service: Service, *, work_out: int = 0) -> Labels:
    """Return the labels that nothing knows on the day of their rows, each with what it may stand for.

    work_out  for how many of the first suggestions is decided again what they would clear
    """
    rows = replayed(service)
    found = _found(rows)
    if work_out:
        then = published_lines(service, rows)
        found = [*(_worked_out(service, one, then) for one in found[:work_out]), *found[work_out:]]
    return Labels(rows.version.number, rows.basis.as_of.isoformat(), found)


def clears(service: Service, key: str, stands_for: str, *, everywhere: bool = False) -> tuple[SeenLabel, Clears]:
    """Return a label, and what one alias for it would clear, by deciding again."""
    rows = replayed(service)
    one = Labels(rows.version.number, "", _found(rows)).one(key)
    then = published_lines(service, rows)
    return one, _cleared(service, one.alias(_worded(stands_for), "asked", everywhere=everywhere), then)


def propose(service: Service, key: str, stands_for: str, *, said: Said, everywhere: bool = False) -> Draft:
    """Put an alias for a label into a draft: a person decided that both mean the same.

    Raises WrongCall where no row has the label any more, or the crosswalk has such an alias.
    """
    one = labels(service).one(key)
    row = one.alias(_worded(stands_for), " ".join(said.reason.split()), everywhere=everywhere)
    return put(service, lambda files: with_rows(files, [("aliases", row)]), said)


def _worded(stands_for: str) -> str:
    words = " ".join(stands_for.split())
    if not words:
        raise WrongCall("it is not said what the label stands for", "Name the label that is in the crosswalk.")
    return words


def _found(of: Replayed) -> list[SeenLabel]:
    """Return every label that nothing knows, with its suggestions."""
    frames, read, as_of = of.tables.frames, of.configuration, of.basis.as_of
    counted = unlisted(frames, read.crosswalk, read.rules, as_of=as_of)
    force, providers = read.crosswalk.on(as_of), enrolled_at(frames)
    groups: defaultdict[str, list[tuple[Unlisted, int]]] = defaultdict(list)
    for one, rows in counted.items():
        groups[_key(one)].append((one, rows))
    seen = []
    for key, spelled in groups.items():
        one, _ = max(spelled, key=lambda of_label: (of_label[1], of_label[0].label))
        known = candidates(one, force, read.crosswalk, settings=read.rules, providers=providers)
        likely = tuple(Suggestion(other.label, other.score) for other in alike(one, known))
        place = (one.kind, one.program, one.control, one.label, one.near)
        number = sum(rows for _, rows in spelled)
        seen.append(SeenLabel(key, *place, number, likely, tuple(sorted(set(known)))))
    return sorted(seen, key=lambda label: (not label.suggestions, -label.rows, label.kind, label.label))


def _key(one: Unlisted) -> str:
    """Return what stands for a label, however it is spelled."""
    parts = (one.kind, *(fold(part) for part in (one.program, one.control, one.label)))
    return sha256("\x1f".join(parts).encode()).hexdigest()[:_KEY_DIGITS]


def _worked_out(service: Service, one: SeenLabel, then: Published) -> SeenLabel:
    """Return a label with what its likeliest suggestion would clear."""
    if not one.suggestions:
        return one
    first, *others = one.suggestions
    cleared = _cleared(service, one.alias(first.stands_for, "asked"), then)
    return replace(one, suggestions=(replace(first, clears=cleared), *others))


def _cleared(service: Service, alias: dict[str, str], then: Published) -> Clears:
    try:
        found = impact(service, with_rows(then.of.version.files, [("aliases", alias)]), against=then)
    except (BadConfiguration, WrongCall) as wrong:
        return Clears(mistakes=tuple(wrong.what.splitlines()))
    old, new = pl.col("then_decision"), pl.col("now_decision")
    flags = found.changed.filter((old == Decision.FLAG) & new.ne_missing(pl.lit(Decision.FLAG)))
    enters = found.changed.filter((new == Decision.ENTER) & old.ne_missing(pl.lit(Decision.ENTER)))
    return Clears(len(found.changed), len(flags), len(enters), found.cents)
