"""Serve a pretended iMatchSkills in a process of its own, so that it shares no lock of Python's with the senders.

Prints where it is as a line of JSON, and once its input ends, as another, what it was asked and what it holds.
"""

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass

from benchmarks.rehearsal import eligibility, people
from sync.pretend.asked import Asked, Told
from sync.pretend.desk import Desk
from sync.pretend.faults import Act, Fault, Seeded
from sync.pretend.ims import PretendIms
from sync.pretend.serve import serve

# Half of them after the entry was written: only a look-up tells the two apart.
FAULTS = tuple(
    Fault(act, status, after) for after in (False, True) for act, status in ((Act.STATUS, 500), (Act.RESET, 0))
)


@dataclass
class Slow:
    """A system that answers after so long, its own work included; it keeps nobody else waiting meanwhile."""

    ims: PretendIms
    seconds: float
    questions: int = 0

    def answer(self, asked: Asked) -> Told:
        """Answer one call, later."""
        due = time.monotonic() + self.seconds
        if asked.method == "GET" and asked.path == "/v1/entries" and "cursor" not in asked.query:
            self.questions += 1
        told = self.ims.answer(asked)
        time.sleep(max(0.0, due - time.monotonic()))
        return told


def main() -> None:
    """Serve until the input ends."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pretended", description=__doc__)
    parser.add_argument("--people", type=int, required=True, help="how many are eligible")
    parser.add_argument("--answer-ms", type=float, default=20.0, help="(default: %(default)s)")
    parser.add_argument("--share", type=float, default=0.0, help="of writes that go wrong (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (default: %(default)s)")
    given = parser.parse_args()
    ims = PretendIms()
    for row in eligibility(people(given.people)):
        ims.put_eligibility(row)
    slow = Slow(ims, given.answer_ms / 1000)
    desk = Desk(slow, Seeded(given.seed, given.share, among=FAULTS))
    with serve(desk) as served:
        known = {"url": served.url, "client_id": desk.client_id, "client_secret": desk.client_secret}
        print(json.dumps(known), flush=True)
        sys.stdin.read()
    print(json.dumps(_told(desk, slow)), flush=True)


def _told(desk: Desk, slow: Slow) -> dict[str, int]:
    """Count writes asked for, lists asked for (not their pages), entries, and lines that have more than one."""
    references = Counter(entry["client_reference"] for entry in slow.ims.entries())
    return {
        "write_calls": sum(method == "POST" and path == "/v1/entries" for method, path, _ in desk.calls),
        "lists": slow.questions,
        "entries": len(slow.ims.entries()),
        "entered_twice": sum(count > 1 for count in references.values()),
    }


if __name__ == "__main__":
    main()
