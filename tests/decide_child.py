"""Decide about worlds in a process of its own; print its threads, then for each world two digests.

Example: POLARS_MAX_THREADS=8 python -m tests.decide_child 4711:40 4712:1500
Words are SEED:CUSTOMERS; the digests are those of the decisions and of the mismatches.
"""

import sys
import tempfile
from pathlib import Path

import polars as pl

from sync.jobs.mismatches import all_mismatches
from sync.tables import digest_of, read_folder
from tests.support import crosswalk_of, lines_of, rule_settings, work_out_tables, write_tables
from tests.worlds import world


def digests(seed: int, customers: int) -> tuple[str, str]:
    made = world(seed, contested=True, checks=True, customers=customers)
    with tempfile.TemporaryDirectory() as folder:
        write_tables(Path(folder), made.tables)
        tables = read_folder(Path(folder), {})
    crosswalk = crosswalk_of(made.crosswalk, made.crosswalk_version)
    worked = work_out_tables(tables, crosswalk, settings=rule_settings(made.settings), as_of=made.as_of)
    lines = lines_of(worked)
    return digest_of(lines), digest_of(all_mismatches(worked, lines))


if __name__ == "__main__":
    print(pl.thread_pool_size())
    for word in sys.argv[1:]:
        print(word, *digests(*map(int, word.split(":"))))
