"""However many threads polars has, the same facts give the same decisions and the same mismatches."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.folders import seed

SEED = seed()
WORLDS = [*(f"{SEED + number}:40" for number in range(4)), f"{SEED + 4}:1200"]


def told(threads: int) -> list[str]:
    """Decide with so many threads, and return what was printed, line by line."""
    command = [sys.executable, "-m", "tests.decide_child", *WORLDS]
    env = {**os.environ, "POLARS_MAX_THREADS": str(threads)}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_number_of_threads_never_changes_a_digest() -> None:
    print(f"IMS_SYNC_TEST_SEED={SEED}")
    with ThreadPoolExecutor(2) as pool:
        (one, *alone), *others = pool.map(told, (1, 2, 8))

    assert (one, len(alone)) == ("1", len(WORLDS))
    assert others == [["2", *alone], ["8", *alone]]
    assert len({digest for line in alone for digest in line.split()[1:]}) == 2 * len(WORLDS)
