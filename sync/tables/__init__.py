"""Read tables from CSV and XLSX files and write them back; bad rows are set aside with file and line."""

from sync.tables.folder import Tables, read_folder
from sync.tables.writing import csv_bytes, digest_of, write_table

__all__ = ["Tables", "csv_bytes", "digest_of", "read_folder", "write_table"]
