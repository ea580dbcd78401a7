"""Read tables from CSV and XLSX files and write them back; bad rows are set aside with file and line."""

from sync.tables.folder import DATABASE, Tables, Texts, read_folder, read_folder_texts, tables_of
from sync.tables.table import TextTable
from sync.tables.writing import csv_bytes, digest_of, write_table

__all__ = [
    "DATABASE",
    "Tables",
    "TextTable",
    "Texts",
    "csv_bytes",
    "digest_of",
    "read_folder",
    "read_folder_texts",
    "tables_of",
    "write_table",
]
