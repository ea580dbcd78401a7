"""Settle which of the staff's answers count."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from sync.model import fold

_LISTS = {"delivered": "delivered", "not delivered": "delivered", "same": "same", "different": "same"}


@dataclass(frozen=True, slots=True)
class Answers:
    """Carry the staff's answers.

    delivered, same  for each line_id the newest answer of that list
    others           every other answer, newest first: a type of a payment, or no answer at all
    """

    delivered: pl.DataFrame
    same: pl.DataFrame
    others: pl.DataFrame


def answers(choices: pl.DataFrame, as_of: date) -> Answers:
    """Return the answers given up to `as_of`, newest first by stamp, then by text."""
    distinct = choices["answer"].drop_nulls().unique()
    keys = [(answer, fold(answer), _LISTS.get(fold(answer), "other")) for answer in distinct]
    schema = {"answer": pl.String, "answer_key": pl.String, "list": pl.String}
    told = (
        choices.filter((pl.col("answered_on_day") <= as_of).fill_null(value=True))
        .join(pl.DataFrame(keys, schema=schema, orient="row"), on="answer")
        .sort(
            ["answered_on", "answer", "answered_by", "note"],
            descending=True,
            nulls_last=True,
            maintain_order=True,
        )
    )

    def newest(name: str) -> pl.DataFrame:
        rows = newest_good(told.filter(pl.col("list") == name))
        return rows.select("line_id", pl.col("answer_key").alias(name))

    return Answers(newest("delivered"), newest("same"), told.filter(pl.col("list") == "other"))


def newest_good(told: pl.DataFrame) -> pl.DataFrame:
    """Return the newest answer of each line; where that one is bad there is no answer."""
    return told.unique("line_id", keep="first", maintain_order=True).filter(~pl.col("bad"))
