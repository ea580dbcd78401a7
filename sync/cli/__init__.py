"""The command `ims-sync`: one function for each command, which parses, calls one job, and prints."""

from sync.cli.main import main

__all__ = ["main"]
