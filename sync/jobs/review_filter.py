"""Say what of the work list is wanted, as a filter that a query string holds and gives back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from sync.errors import WrongCall
from sync.jobs.service import Service
from sync.model import fold
from sync.rules.mismatch import Severity
from sync.store.review_list import Wanted
from sync.store.review_states import NEEDS_A_PERSON, ReviewState

_STATES = {str(state) for state in ReviewState}
_SEVERITIES = {str(severity) for severity in Severity}
_COLUMNS = {"customer": "customer_id", "item": "item_id"}
Texts = frozenset[str]
_NONE: Texts = frozenset()


@dataclass(frozen=True, slots=True)
class Filter:
    """Name what is wanted; of each field several values may be named, none = all, a blank one = without one.

    state  none = what needs a person: open and reopened
    item   ids of items
    age    only items first seen at least so many days ago
    """

    month: Texts = _NONE
    provider: Texts = _NONE
    program: Texts = _NONE
    kind: Texts = _NONE
    reason: Texts = _NONE
    severity: Texts = _NONE
    state: Texts = _NONE
    assigned: Texts = _NONE
    cause: Texts = _NONE
    customer: Texts = _NONE
    item: Texts = _NONE
    age: int = 0

    @classmethod
    def read(cls, query: str) -> "Filter":
        """Read a query string; what is none of the filter's own fields is passed over, as `page` is."""
        return cls.of(parse_qsl(query.removeprefix("?"), keep_blank_values=True))

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "Filter":
        """Make a filter of names and values; WrongCall where a value is none that there is."""
        named: dict[str, set[str]] = {field.name: set() for field in fields(cls)}
        for name, value in pairs:
            if name in named:
                named[name].add(value)
        ages = named.pop("age")
        _check(named, ages)
        return cls(**{name: frozenset(values) for name, values in named.items()}, age=max(map(int, ages), default=0))

    def query(self) -> str:
        """Return the query string: the same filter, always in the same letters."""
        pairs = [(name, value) for name in _texts() for value in sorted(getattr(self, name))]
        return urlencode([*pairs, *([("age", str(self.age))] if self.age else [])])


def wanted(given: Filter, service: Service, sees: frozenset[str] | None) -> Wanted:
    """Return what the store is asked for.

    sees  the providers that the person may see; None = all
    """
    equal = {_COLUMNS.get(name, name): getattr(given, name) for name in _texts() if name != "state"}
    states = given.state or frozenset(map(str, NEEDS_A_PERSON))
    return Wanted(
        today=service.today.isoformat(),
        states=states,
        equal={name: values for name, values in equal.items() if values},
        before=_days_ago(service, given.age) if given.age else None,
        places=None if sees is None else frozenset(map(fold, sees)),
    )


def _days_ago(service: Service, days: int) -> datetime:
    return service.now() - timedelta(days=days)


def _texts() -> list[str]:
    return [field.name for field in fields(Filter) if field.name != "age"]


def _check(named: Mapping[str, set[str]], ages: set[str]) -> None:
    for name, known in (("state", _STATES), ("severity", _SEVERITIES)):
        if strange := named[name] - known:
            raise WrongCall(f"{sorted(strange)[0]!r} is no {name}", f"Name one of: {', '.join(sorted(known))}.")
    if strange := {age for age in ages if not (age.isascii() and age.isdigit() and len(age) < 6)}:
        raise WrongCall(f"{sorted(strange)[0]!r} is no number of days", "Give an age in whole days, such as 30.")
