"""Make workbooks that no spreadsheet program writes: rewritten parts, lies about sizes, cells far outside."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import xlsxwriter

SHEET = "xl/worksheets/sheet1.xml"
HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>customer_id</t></is></c></row>'
)
TAIL = b"</sheetData></worksheet>"


def plain_book() -> bytes:
    """Return a small good workbook."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for place, cell in enumerate(["customer_id", "C1", "C2"]):
            sheet.write_string(place, 0, cell)
    return content.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """Return the unpacked parts of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {part.filename: archive.read(part) for part in archive.infolist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """Return a workbook made of its parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def with_part(name: str, part: bytes) -> bytes:
    """Return the plain workbook with one part added or replaced."""
    return packed(parts_of(plain_book()) | {name: part})


def with_sheet(rows: bytes, head: bytes = HEAD) -> bytes:
    """Return the plain workbook with these rows under its header."""
    return with_part(SHEET, head + rows + TAIL)


def lying(content: bytes, name: str, shown: bytes) -> bytes:
    """Return a workbook whose part claims to have the size and the checksum of `shown` alone."""
    made = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        local, entry = archive.getinfo(name).header_offset, archive.start_dir
    struct.pack_into("<L", made, local + 14, zlib.crc32(shown))
    struct.pack_into("<L", made, local + 22, len(shown))
    while True:
        lengths = struct.unpack_from("<HHH", made, entry + 28)
        if made[entry + 46 : entry + 46 + lengths[0]] == name.encode():
            break
        entry += 46 + sum(lengths)
    struct.pack_into("<L", made, entry + 16, zlib.crc32(shown))
    struct.pack_into("<L", made, entry + 24, len(shown))
    return bytes(made)


def saved(folder: Path, content: bytes, name: str = "customers.xlsx") -> Path:
    """Write a workbook into a folder and return the folder."""
    (folder / name).write_bytes(content)
    return folder
