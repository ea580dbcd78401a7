"""Serve both pretended systems in the foreground, with synthetic people in them, to rehearse against."""

import argparse
import threading
from collections.abc import Iterable
from contextlib import suppress

from sync.pretend.desk import Desk
from sync.pretend.faults import Seeded
from sync.pretend.ims import Level, PretendIms
from sync.pretend.itrac import PretendItrac
from sync.pretend.seeding import seed
from sync.pretend.serve import Served, serve
from sync.pretend.stories import people


def main() -> None:
    """Serve until interrupted."""
    asked = _arguments()
    itrac, ims = PretendItrac(), PretendIms(Level[asked.level], lag=asked.lag)
    seed(people(), itrac, ims)
    faults = Seeded(asked.seed, asked.share) if asked.share else None
    with (
        suppress(KeyboardInterrupt),
        serve(Desk(itrac), port=asked.itrac_port) as first,
        serve(Desk(ims, faults), port=asked.ims_port) as second,
    ):
        print("\n".join([*_settings("ITRAC", first), *_settings("IMS", second), *_ways(asked.level)]), flush=True)
        print("# Both answer until you press Ctrl-C.", flush=True)
        threading.Event().wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sync.pretend",
        description="Pretend I-Trac and iMatchSkills on this machine, with synthetic people, to rehearse against.",
        epilog="Example: python -m sync.pretend --level L1 --lag 2 --share 0.1 --seed 7",
    )
    parser.add_argument("--itrac-port", type=int, default=0, help="port for I-Trac (default: any free one)")
    parser.add_argument("--ims-port", type=int, default=0, help="port for iMatchSkills (default: any free one)")
    parser.add_argument("--level", choices=[level.name for level in Level], default="L4", help="what iMatchSkills has")
    parser.add_argument("--lag", type=int, default=0, help="look-ups that do not see a write yet")
    parser.add_argument("--share", type=float, default=0.0, help="share of writes that go wrong, 0 to 1")
    parser.add_argument("--seed", type=int, default=1, help="which writes go wrong, and how")
    return parser.parse_args()


def _settings(section: str, served: Served) -> Iterable[str]:
    """Name the settings that point ims-sync to a pretended system, as a shell takes them."""
    yield f"export IMS_SYNC_{section}__URL={served.url}"
    yield f"export IMS_SYNC_{section}__CLIENT_ID={served.desk.client_id}"
    yield f"export IMS_SYNC_{section}__CLIENT_SECRET={served.desk.client_secret}"


def _ways(level: str) -> Iterable[str]:
    """Name the settings that let ims-sync reach both by their gateways, as the pretended ones can do."""
    yield "export IMS_SYNC_ITRAC__SOURCE=gateway"
    yield "export IMS_SYNC_IMS__TARGET=gateway"
    yield f"export IMS_SYNC_IMS__LEVEL={level}"


if __name__ == "__main__":
    main()
