"""Pack evidence for an auditor: tables as CSV, a page to print for each customer, a manifest; always the same bytes."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any, Final

import polars as pl
from jinja2 import Environment, PackageLoader, select_autoescape

from sync.tables.worklist_file import safe_csv
from sync.tables.writing import csv_bytes

_PAGES = Environment(
    loader=PackageLoader("sync.tables"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
)
# No file of the pack says when it was packed, so that the same evidence is the same bytes.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
MANIFEST: Final = "manifest.json"
LINES: Final = "lines.csv"


@dataclass(frozen=True, slots=True)
class Section:
    """Carry one table of a page: what it is called, its rows as text, and what to say where it has none."""

    title: str
    rows: Sequence[Mapping[str, str]]
    none: str

    @property
    def headings(self) -> list[str]:
        """Return the headings, in order."""
        return list(self.rows[0]) if self.rows else []


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """Carry the page of one customer and month."""

    title: str
    facts: Mapping[str, str]
    sections: Sequence[Section]


def write_pack(
    out: IO[bytes], tables: Mapping[str, pl.DataFrame], pages: Sequence[EvidencePage], *, about: Mapping[str, Any]
) -> None:
    """Write the pack as a ZIP: the tables, a page for each customer, and a manifest with the hash of every file.

    Of the lines the bytes are those of a decisions file, so that their hash is the digest that was signed.
    """
    content = {name: csv_bytes(rows).tobytes() if name == LINES else safe_csv(rows) for name, rows in tables.items()}
    for number, page in enumerate(pages, start=1):
        content[f"pages/{number:03d}.html"] = page_bytes(page)
    hashes = {name: sha256(file).hexdigest() for name, file in sorted(content.items())}
    told = json.dumps({**about, "files": hashes}, indent=1, sort_keys=True, ensure_ascii=False)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, file in {MANIFEST: told.encode(), **content}.items():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o640 << 16
            pack.writestr(entry, file)


def page_bytes(page: EvidencePage) -> bytes:
    """Return a page as it is printed."""
    return _PAGES.get_template("evidence.html").render(page=page).encode()
