"""A command lets Python look for cycles less often, and leaves out what its imports made."""

import subprocess
import sys


def test_a_command_looks_for_cycles_less_often() -> None:
    ask = "import atexit, gc, sys; from sync.cli import main; sys.argv[1:] = ['--help']; "
    ask += "atexit.register(lambda: print(gc.get_threshold()[0] > 10_000, gc.get_freeze_count() > 10_000)); main()"

    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)

    assert told.stdout.endswith("True True\n")
