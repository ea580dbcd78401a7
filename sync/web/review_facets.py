"""Lay out beside the work list what can be chosen, each with how many items there would be."""

from collections.abc import Mapping
from dataclasses import dataclass

from sync.jobs.review import Page
from sync.reconcile.causes import act_of_cause, without_people
from sync.rules.mismatch import Severity
from sync.store.accounts import all_accounts
from sync.store.review_states import NEEDS_A_PERSON, ReviewState
from sync.web.policy import may
from sync.web.review_query import ME, NOBODY, Asked
from sync.web.shell import account, service
from sync.web.words import FACET_TITLES, REVIEW_STATES

AGES = (7, 14, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class Option:
    """Carry one value that can be chosen; `number` None = it is not counted."""

    value: str
    label: str
    number: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """Carry one group of values, of which several may be chosen."""

    name: str
    title: str
    options: list[Option]

    @property
    def chosen(self) -> bool:
        """Tell whether any value is chosen."""
        return any(option.chosen for option in self.options)


def facets_of(page: Page, asked: Asked) -> list[Facet]:
    """Return every group of values that can be chosen, in the order in which they are shown."""
    return [Facet(name, title, _options(name, page.facets[name], asked)) for name, title in FACET_TITLES.items()]


def _options(name: str, counts: Mapping[str, int], asked: Asked) -> list[Option]:
    """Return the values of a facet; those that are wanted stand there also where nothing has them."""
    if name == "state":
        return [_state(state, counts, asked) for state in ReviewState]
    if name == "assigned":
        return _assignees(counts, asked)
    wanted = asked.values(name)
    order = list(map(str, Severity)) if name == "severity" else sorted(counts.keys() | wanted, reverse=name == "month")
    return [Option(value, value or "(none)", counts.get(value, 0), value in wanted) for value in order]


def _state(state: ReviewState, counts: Mapping[str, int], asked: Asked) -> Option:
    wanted = asked.values("state") or set(map(str, NEEDS_A_PERSON))
    number = None if state is ReviewState.GONE else counts.get(state, 0)
    return Option(str(state), REVIEW_STATES[state], number, state in wanted)


def _assignees(counts: Mapping[str, int], asked: Asked) -> list[Option]:
    """Return accounts by their numbers; to whoever has no account items are counted under nobody's name."""
    own, wanted = account().name, asked.values("assigned")
    numbers = {one.name: str(one.id) for one in all_accounts(service().db)}
    others = [name for name in counts if name in numbers and name != own]
    named = [(ME, "me", own), (NOBODY, "nobody", ""), *((numbers[name], name, name) for name in others)]
    return [Option(value, label, counts.get(name, 0), value in wanted) for value, label, name in named]


def wanted_in_words(asked: Asked) -> list[tuple[str, str]]:
    """Return in words each thing that is wanted, with the query string of the list without it."""
    told = [(_in_words(name, value, asked), asked.without((name, value))) for name, value in asked.pairs
            if name != "item"]  # fmt: skip
    items = tuple(pair for pair in asked.pairs if pair[0] == "item")
    return [*told, (f"{len(items)} chosen one by one", asked.without(*items))] if items else told


def _in_words(name: str, value: str, asked: Asked) -> str:
    if name == "cause":
        return "; ".join(map(cause_in_words, sorted(asked.given.cause)))
    if name == "customer":
        return "Customer: one"
    if name == "age":
        return f"First seen at least {value} days ago"
    if name == "assigned" and value not in {ME, NOBODY}:
        return f"{FACET_TITLES[name]}: {', '.join(sorted(asked.given.assigned - {'', account().name}))}"
    shown = REVIEW_STATES[value] if name == "state" else value or "(none)"
    return f"{FACET_TITLES[name]}: {shown}"


def cause_in_words(cause: str) -> str:
    """Say what clears a cause, to whoever may see no customer without naming one."""
    return act_of_cause(shown_cause(cause))


def shown_cause(cause: str) -> str:
    """Return the key of a cause as the account may see it."""
    return cause if may(account().role, "customer") else without_people(cause)
