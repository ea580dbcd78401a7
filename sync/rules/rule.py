"""Say what a rule is, and apply a table of them to a frame of lines."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from sync.model import Decision, Reason, bit, mask, of_decision

FINDINGS_TYPE = pl.Int64


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the rule book.

    when    true where the rule applies; null counts as false
    words   the finding in one sentence, for staff
    act     who does what next
    source  the sentence of a guide it rests on, or what was agreed where the guides are silent
    """

    reason: Reason
    decision: Decision
    when: pl.Expr
    words: str
    act: str
    source: str


def career_boost(sentence: str) -> str:
    """Return a source in the Career Boost guide."""
    return f"Career Boost Data Entry Guide, {sentence}"


def keys_to_progress(sentence: str) -> str:
    """Return a source in the Keys to Progress guide."""
    return f"Keys to Progress Data Entry I-Trac Guide, {sentence}"


def agreed(setting: str = "") -> str:
    """Return the source of what the guides leave open."""
    return "agreed, the guides are silent" + (f" (setting {setting})" if setting else "")


def first_that_applies(rules: Sequence[Rule]) -> pl.Expr:
    """Return the bit of the first rule that applies, 0 where none does."""
    bits = [pl.when(rule.when.fill_null(value=False)).then(_bit(rule)) for rule in rules]
    return pl.coalesce(*bits, pl.lit(0, FINDINGS_TYPE))


def all_that_apply(rules: Sequence[Rule]) -> pl.Expr:
    """Return the bits of every rule that applies."""
    return pl.sum_horizontal(
        pl.when(rule.when.fill_null(value=False)).then(_bit(rule)).otherwise(pl.lit(0, FINDINGS_TYPE)) for rule in rules
    )


def found(reason: Reason, decision: Decision) -> pl.Expr:
    """Return the bit of one finding, to be added to lines that do not carry it."""
    return pl.lit(bit(reason, decision), FINDINGS_TYPE)


def has(*reasons: Reason) -> pl.Expr:
    """Tell whether a line carries a finding with one of these reasons."""
    return (pl.col("findings") & mask(*reasons)) != 0


def decided(*decisions: Decision) -> pl.Expr:
    """Tell whether the strongest finding of a line stands for one of these decisions."""
    answer = pl.lit(value=False)
    stronger = 0
    for decision in (Decision.NO_ENTRY, Decision.FLAG, Decision.HOLD):
        bits = of_decision(decision)
        if decision in decisions:
            answer |= ((pl.col("findings") & stronger) == 0) & ((pl.col("findings") & bits) != 0)
        stronger |= bits
    return answer | (pl.col("findings") == 0) if Decision.ENTER in decisions else answer


def _bit(rule: Rule) -> pl.Expr:
    return found(rule.reason, rule.decision)
