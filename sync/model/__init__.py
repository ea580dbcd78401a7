"""The words of the field: decisions, reasons, kinds of entries, tables, rule settings."""

from sync.model.findings import (
    FINDINGS,
    Finding,
    Stage,
    bit,
    mask,
    of_decision,
    reasons_text,
    strongest,
    unpack,
)
from sync.model.schemas import TABLES, Column, Kind, Table
from sync.model.settings import RuleSettings
from sync.model.words import (
    LINE_COLUMNS,
    Decision,
    EntryKind,
    Reason,
    fold,
    words_of,
)

__all__ = [
    "FINDINGS",
    "LINE_COLUMNS",
    "TABLES",
    "Column",
    "Decision",
    "EntryKind",
    "Finding",
    "Kind",
    "Reason",
    "RuleSettings",
    "Stage",
    "Table",
    "bit",
    "fold",
    "mask",
    "of_decision",
    "reasons_text",
    "strongest",
    "unpack",
    "words_of",
]
