"""Propose rows for what staff answers again and again, always alike; a person puts one in a draft, nothing is taken."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from sync.crosswalk.check import KEYS
from sync.crosswalk.texts import Files
from sync.errors import WrongCall
from sync.jobs.crosswalk_impact import Replayed, replayed
from sync.jobs.crosswalk_put import Proposed, Said, put, with_rows, without
from sync.jobs.crosswalk_use import plan_or_refuse
from sync.jobs.kept_rows import kept_tables
from sync.jobs.service import Service
from sync.model import fold
from sync.rules.answers import answers
from sync.rules.repeated import chosen_funders, chosen_types, same_as
from sync.store import lines_of_plan
from sync.store.crosswalk_versions import Draft

LEAST = 3
"""How often staff have to answer alike before it is worth showing."""
_KEY_DIGITS = 12
_Counts = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """Say what would become of the crosswalk: rows that it gets, and rows that end on the day before `first`."""

    first: date
    adds: tuple[Proposed, ...] = ()
    ends: tuple[Proposed, ...] = ()

    def made(self, files: Files, source: str) -> dict[str, str]:
        """Return the files with the change."""
        kept = without(files, self.ends, self.first - timedelta(days=1))
        return with_rows(kept, [(table, {**cells, "source": source}) for table, cells in self.adds])

    @property
    def sentences(self) -> list[str]:
        """Say in words what would be added and ended."""
        ended = f"ends on {self.first - timedelta(days=1)}"
        return [
            *(f"{table}: added: {', '.join(cell for cell in cells.values() if cell)}" for table, cells in self.adds),
            *(f"{table}: {', '.join(cells[name] for name in KEYS[table])}: {ended}" for table, cells in self.ends),
        ]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Carry an answer that repeats.

    sentence  what was answered, in words
    lines     how many lines it was answered for; against: how many of the same were answered otherwise
    why_not   why it cannot be put in a draft; blank = it can
    example   a line that was answered so
    """

    key: str
    sentence: str
    lines: int
    against: int
    change: Change
    why_not: str
    example: str


def proposals(service: Service) -> list[Proposal]:
    """Return what was answered alike at least LEAST times: what can be put in a draft first, then by lines."""
    rows, plan = replayed(service), plan_or_refuse(service)
    lines = lines_of_plan(service.db, plan.id)
    frames = kept_tables(service.db, ("choices", "payments", "ims_entries"), seq=plan.pull_seq).frames
    told = answers(frames["choices"], rows.basis.as_of)
    entries = frames["ims_entries"]
    found = [
        *_types(chosen_types(told, lines, frames["payments"]).to_dicts(), rows),
        *_funders(chosen_funders(lines, entries).to_dicts(), rows),
        *_aliases(same_as(told, lines, entries).to_dicts(), rows),
    ]
    return sorted(found, key=lambda one: (bool(one.why_not), -one.lines, one.sentence))


def propose(service: Service, key: str, said: Said) -> Draft:
    """Put what a proposal says into a draft; WrongCall where it does not stand (any more), or differs among staff."""
    found = next((one for one in proposals(service) if one.key == key), None)
    if found is None:
        raise WrongCall(f"there is no proposal {key}", "Look at the list again.")
    if found.why_not:
        raise WrongCall(f"proposal {key} cannot be put in a draft: {found.why_not}", "Change the rows by hand.")
    return put(service, partial(found.change.made, source=" ".join(said.reason.split())), said)


def _types(counts: _Counts, rows: Replayed) -> Iterator[Proposal]:
    """Propose that a payment type has the one type that staff always choose: its other rows end."""
    first = rows.basis.as_of.replace(day=1)
    force = rows.configuration.crosswalk.on(rows.basis.as_of)
    for top, against in _repeated(counts, "label_key", "vendor"):
        others = [row for row in force.support_rows(None, top["label"]) if fold(row["ims_type"]) != top["answer_key"]]
        ends = tuple(("support", row.cells) for row in others if row.last is None)
        if top["vendor"] is None:
            sentence = f"Payments of the type {top['label']} are always {top['answer']}"
            change = Change(first, ends=ends)
            yield _made(top, against, sentence, change=change, why_not="" if ends else _NO_CHOICE)
        else:
            sentence = f"Payments of the type {top['label']} to one vendor are always {top['answer']}"
            yield _made(top, against, sentence, change=Change(first), why_not=_NO_VENDOR)


_NO_CHOICE = "the crosswalk leaves no choice there any more"
_NO_VENDOR = "the crosswalk does not look at vendors; a payment type of its own in I-Trac would tell them apart"


def _funders(counts: _Counts, rows: Replayed) -> Iterator[Proposal]:
    force = rows.configuration.crosswalk.on(rows.basis.as_of)
    for top, against in _repeated(counts, "component_key", "program_key", "provider_key"):
        cells = {name: top[name] for name in ("component", "program", "provider")}
        there = force.funder(top["component"], top["program"], top["provider"])
        adds = (("funders", {**cells, "selection": top["answer"]}),)
        where = f"{top['component']} of {top['program']} at {top['provider']}"
        sentence = f"In iMatchSkills, {where} is always selected as {top['answer']}"
        change = Change(rows.basis.as_of, adds)
        yield _made(top, against, sentence, change=change, why_not="a row says it by now" if there else "")


def _aliases(counts: _Counts, rows: Replayed) -> Iterator[Proposal]:
    """Propose that a provider or component is called otherwise in iMatchSkills, where staff say so of each entry."""
    force = rows.configuration.crosswalk.on(rows.basis.as_of)
    known = {fold(name) for name in rows.configuration.rules.components.known}
    groups = defaultdict[tuple[Any, ...], _Counts](list)
    for one in counts:
        groups[one["kind"], one["label_key"], one["stands_key"]].append(one)
    for (kind, label, stands_for), group in groups.items():
        same = next((one for one in group if one["answer"] == "same"), None)
        if same is None or same["lines"] < LEAST or force.canonical(kind, label) == force.canonical(kind, stands_for):
            continue
        against = sum(one["lines"] for one in group if one["answer"] != "same")
        alias = {"kind": kind, "scope": "", "label": same["label"], "stands_for": same["stands_for"]}
        why_not = "both are components of iMatchSkills" if kind == "component" and label in known else ""
        sentence = f"The {kind} {same['label']} in iMatchSkills is always {same['stands_for']} in I-Trac"
        change = Change(rows.basis.as_of, (("aliases", alias),))
        yield _made(same, against, sentence, change=change, why_not=why_not)


def _repeated(counts: _Counts, *keys: str) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield of each group the answer that was given most, where often enough, and how many lines were answered else."""
    groups = defaultdict[tuple[Any, ...], _Counts](list)
    for one in counts:
        groups[tuple(one[name] for name in keys)].append(one)
    for group in groups.values():
        top = max(group, key=lambda one: (one["lines"], one["answer_key"]))
        if top["lines"] >= LEAST:
            yield top, sum(one["lines"] for one in group) - top["lines"]


def _made(top: dict[str, Any], against: int, sentence: str, *, change: Change, why_not: str = "") -> Proposal:
    differ = f"{against} of the same are answered otherwise" if against else ""
    words = sentence.replace(" always ", " mostly ") if against else sentence
    key = sha256(f"{sentence}\x1f{top.get('vendor')}".encode()).hexdigest()[:_KEY_DIGITS]
    return Proposal(key, words, top["lines"], against, change, differ or why_not, top["example"])
