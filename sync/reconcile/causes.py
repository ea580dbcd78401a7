"""Name the root cause of what a person has to look at, so that one act clears many items."""

from dataclasses import dataclass

import polars as pl

from sync.model import Reason
from sync.reconcile import kinds

MARK = "|"
_MASKED, _PEOPLE = "(not shown)", {"customer_id", "job_seeker_id"}
R = Reason


@dataclass(frozen=True, slots=True)
class Cause:
    """One row of the table of causes.

    of        the reasons or kinds that have this cause
    name      how its key begins
    parts     the columns of the item that make the key; items that are equal in them have one cause
    act       the one act that clears them; the parts go into it by their names
    """

    of: tuple[str, ...]
    name: str
    parts: tuple[str, ...]
    act: str


CAUSES = (
    Cause(
        (R.LABEL_UNKNOWN, R.LABEL_NEAR_MISS), "label", ("program", "control", "label"),
        "One alias or crosswalk row for {label} in {program} ({control})",
    ),
    Cause((R.PAYMENT_TYPE_UNMAPPED,), "payment-type", ("program", "label"),
          "One row or alias for the payment type {label} in {program}"),
    Cause((R.CHOOSE_IMS_TYPE,), "vendor", ("label", "vendor"),
          "One look at what this vendor is paid for as {label}"),
    Cause((R.COMPONENT_NOT_CONTRACTED, R.SUPPORT_NOT_CONTRACTED), "contract", ("provider", "entry_name"),
          "One contract row for {entry_name} with {provider}"),
    Cause((R.FUNDER_UNKNOWN, kinds.FUNDER_DIFFERS.kind), "funder", ("program", "provider", "entry_name"),
          "One funder row for {entry_name} in {program} with {provider}"),
    Cause((R.IDENTITY_MISSING, R.IDENTITY_CONFLICT), "job-seeker", ("customer_id",),
          "The right job seeker id of customer {customer_id}"),
    Cause((R.CAREER_BOOST_LATE,), "career-boost", ("customer_id",),
          "The Career Boost registration of customer {customer_id}"),
    Cause((R.WORKSOURCE_LATE,), "worksource", ("customer_id",),
          "The documented WorkSource enrollment of customer {customer_id}"),
    Cause((R.NOT_ENROLLED_IN_PROGRAM, R.AFTER_EXIT), "enrollment", ("customer_id", "program", "provider"),
          "The enrollment of customer {customer_id} in {program} with {provider}"),
    Cause((R.ASSESSMENT_LATE, R.PLAN_LATE, R.WAITS_ON_EARLIER_STEP), "steps", ("customer_id", "provider"),
          "The assessment and plan of customer {customer_id} with {provider}"),
    Cause((R.EMPLOYMENT_LATE, R.RETENTION_WITHOUT_COMPONENT), "employment", ("customer_id",),
          "The employment and components of customer {customer_id}"),
    Cause((R.NO_SERVICE_THIS_MONTH, R.PAYMENT_BEFORE_FIRST_SERVICE, R.WAITS_ON_SERVICE, R.NO_SERVICE_YET,
           kinds.SUPPORT_WITHOUT_SERVICE.kind, kinds.SUPPORT_BEFORE_SERVICE.kind),
          "service-of-month", ("customer_id", "month"), "One service of customer {customer_id} in {month}"),
    Cause((kinds.UNKNOWN_PERSON.kind,), "person", ("job_seeker_id",),
          "The customer to whom job seeker {job_seeker_id} belongs"),
    Cause((kinds.MISSING.kind,), "missing", ("provider", "month"), "Keying what {provider} lacks of {month}"),
)  # fmt: skip
OTHERS = Cause((), "same", ("subject", "provider"), "One talk with {provider} about {subject}")
_BY_NAME = {cause.name: cause for cause in (*CAUSES, OTHERS)}


def cause_of() -> pl.Expr:
    """Return the key of an item's cause, from `subject` (its reason, or else its kind) and the parts of the causes."""
    key = _key(OTHERS)
    for cause in reversed(CAUSES):
        key = pl.when(pl.col("subject").is_in([str(one) for one in cause.of])).then(_key(cause)).otherwise(key)
    return key


def sentence_of(key: str, alone: int, every: int) -> str:
    """Say what one act clears.

    alone  of how many items it is the only objection that is known
    every  how many items have it
    """
    act = act_of_cause(key)
    if alone == every:
        return f"{act} clears {every}."
    return f"{act} clears {alone} of {every}; the others have further objections."


def act_of_cause(key: str) -> str:
    """Return the one act that helps against a cause."""
    name, *parts = key.split(MARK)
    cause = _BY_NAME[name]
    told = (part or f"(no {column})" for part, column in zip(parts, cause.parts, strict=True))
    return cause.act.format_map(dict(zip(cause.parts, told, strict=True)))


def label_of_cause(key: str) -> tuple[str, str, str, str] | None:
    """Return the label that a cause is about, as (kind, program, control, label); None where it is about no label."""
    name, *parts = key.split(MARK)
    if name == "label":
        program, control, label = parts
        return "service", program, control, label
    if name == "payment-type":
        _, label = parts
        return "payment_type", "", "", label
    return None


def without_people(key: str) -> str:
    """Return the key with a mark in place of whose cause it is, for those who may not see any customer."""
    name, *parts = key.split(MARK)
    masked = (_MASKED if of in _PEOPLE else part for part, of in zip(parts, _BY_NAME[name].parts, strict=True))
    return MARK.join((name, *masked))


def _key(cause: Cause) -> pl.Expr:
    # A label that holds the mark itself is shown with another one: causes are told apart by their other letters.
    parts = [pl.col(part).fill_null("").str.replace_all(MARK, "¦", literal=True) for part in cause.parts]
    return pl.concat_str(pl.lit(cause.name), *parts, separator=MARK)
