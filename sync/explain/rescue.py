"""Look for what could help a payment: services that could carry it, and the type that it was probably for."""

import re
from collections import Counter
from dataclasses import dataclass

import polars as pl

from sync.explain.case import Case, Cells
from sync.model import Decision, EntryKind, Reason, fold, words_of
from sync.model.settings import SupportOrder
from sync.rules.book import act_of, words_of_reason
from sync.rules.labels import CAREER_BOOST
from sync.rules.records import KEYS_TO_PROGRESS

RESCUED = {
    Reason.PAYMENT_BEFORE_FIRST_SERVICE, Reason.NO_SERVICE_YET, Reason.NO_SERVICE_THIS_MONTH, Reason.WAITS_ON_SERVICE,
}  # fmt: skip
_BEYOND_HELP = {Reason.SAME_TYPE_THIS_MONTH, Reason.ALREADY_IN_IMS, Reason.NOT_DELIVERED}


@dataclass(frozen=True, slots=True)
class Rescue:
    """A service of the payment's month that would carry the payment if it could be entered.

    why, act  what stands against the service, and who does what about it
    """

    line_id: str
    date: str
    program: str
    label: str
    decision: str
    why: str
    act: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A type that a payment of several possible types was probably for; a person decides.

    ground  the words found, or how often the vendor's payments were answered so
    """

    type: str
    ground: str


def rescues(case: Case) -> list[Rescue]:
    """Return the services dated on or before the payment in its month that are not entered, the earliest first.

    Copies with an original, services that did not take place and records of Keys to Progress are left out.
    """
    reasons = set((case.line["reasons"] or "").split(";"))
    if case.line["entry_kind"] != EntryKind.SUPPORT or not reasons & RESCUED:
        return []
    return [_rescue(line) for line in case.lines if _may_rescue(case, line)]


def _may_rescue(case: Case, line: dict[str, str | None]) -> bool:
    """Tell whether a service line would carry the payment of the case."""
    if line["entry_kind"] != EntryKind.COMPONENT or line["month"] != case.line["month"]:
        return False
    dated = case.context.settings.support.order is not SupportOrder.COMPONENT_SAME_MONTH
    late = dated and str(line["date"]) > str(case.line["date"])
    out = set((line["reasons"] or "").split(";")) & _BEYOND_HELP
    return not late and not out and line["decision"] != Decision.ENTER and not _private(case, line)


def _private(case: Case, line: dict[str, str | None]) -> bool:
    """Tell whether a line is a record of Keys to Progress, or a copy whose original is decided itself."""
    program = case.force.program(line["program"])
    if program == case.force.program(KEYS_TO_PROGRESS):
        return True
    return program == case.force.program(CAREER_BOOST) and _has_original(case, line)


def _has_original(case: Case, line: dict[str, str | None]) -> bool:
    rows = {str(row["service_id"]): row for row in case.rows("services")}
    return rows[str(line["source_id"])]["copied_from"] in rows


def _rescue(line: dict[str, str | None]) -> Rescue:
    first = (line["reasons"] or "").split(";")[0]
    why, act = words_of_reason(first), act_of(first)
    if first == Reason.CAREER_BOOST_COPY:
        why = "The service stands in the Career Boost record alone; no qualifying program has its original."
        act = "The provider's staff: enter the service in the record of the qualifying program."
    return Rescue(
        str(line["line_id"]), str(line["date"]), line["program"] or "", line["label"] or "", str(line["decision"]),
        why, act,
    )  # fmt: skip


def suggestion(case: Case) -> Suggestion | None:
    """Suggest the type of a payment that several types are in force for; None where nothing points to one alone.

    First by the words of the types in what was written about the payment, then by what was answered for
    other payments to the same vendor.
    """
    if Reason.CHOOSE_IMS_TYPE not in (case.line["reasons"] or "").split(";"):
        return None
    types = (case.line["choices"] or "").split("|")
    return _by_words(case.own, types) or _by_vendor(case, types)


def _by_words(payment: Cells, types: list[str]) -> Suggestion | None:
    written = words_of(f"{payment['justification'] or ''} {payment['paid_to'] or ''}")
    shared = Counter(word for name in types for word in words_of(name))
    own = {name: sorted(word for word in words_of(name) if shared[word] == 1 and word in written) for name in types}
    pointing = {name: words for name, words in own.items() if words}
    if len(pointing) != 1:
        return None
    name, words = next(iter(pointing.items()))
    return Suggestion(name, f"the payment's own words name it: {', '.join(words)}")


def _by_vendor(case: Case, types: list[str]) -> Suggestion | None:
    vendor = _vendor(case.own)
    if not vendor:
        return None
    payments = case.basis.tables["payments"].select("payment_id", "paid_to").to_dicts()
    same = [f"payment:{row['payment_id']}" for row in payments if _vendor(row) == vendor]
    told = case.basis.lines.filter(pl.col("line_id").is_in(same) & pl.col("choices").is_not_null())
    counted = Counter(name for name in told["entry_name"].drop_nulls() if name in types)
    if len(counted) != 1:
        return None
    name, count = next(iter(counted.items()))
    return Suggestion(name, f"answered so for {count} other payment{'s' if count > 1 else ''} to the same vendor")


def _vendor(payment: Cells) -> str:
    return re.sub(r"\W+", " ", fold(payment["paid_to"] or "")).strip()
