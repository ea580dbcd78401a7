"""Writes the lines as the decisions file and takes its digest."""

from __future__ import annotations

import hashlib

from .line import COLUMNS


def csv_text(lines: list[dict[str, str]]) -> str:
    """Return the decisions file: header included, every line ended by a line feed."""
    rows = [COLUMNS, *(tuple(line[column] for column in COLUMNS) for line in lines)]
    return "".join(",".join(_cell(cell) for cell in row) + "\n" for row in rows)


def _cell(text: str) -> str:
    if any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def digest(lines: list[dict[str, str]]) -> str:
    """Return the SHA-256 of the decisions file."""
    return hashlib.sha256(csv_text(lines).encode("utf-8")).hexdigest()
