"""Count lines and mismatches and sum the money; pages, commands and messages take these figures."""

from sync.summary.figures import MismatchSummary, Summary, money, summarise, summarise_mismatches
from sync.summary.months import MONTH_COLUMNS, by_month

__all__ = [
    "MONTH_COLUMNS",
    "MismatchSummary",
    "Summary",
    "by_month",
    "money",
    "summarise",
    "summarise_mismatches",
]
