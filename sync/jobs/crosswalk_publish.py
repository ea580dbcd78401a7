"""Publish what says how is decided: the first version as it is, every later one by a second person."""

from pathlib import Path

from sync.crosswalk.texts import hash_of, read_files
from sync.errors import BadConfiguration, WrongCall
from sync.jobs.crosswalk_drafts import mistakes_of, worded
from sync.jobs.service import Service
from sync.store import Act, alone, record
from sync.store.crosswalk_schema import CROSSWALK_VERSION
from sync.store.crosswalk_versions import Version, add_version, newest_version


def adopt(service: Service, config: Path, *, reason: str) -> Version:
    """Take the files over as version 1, as they are, by one person: there is nothing yet to compare them with.

    Raises WrongCall where a version was published before: from then on it takes a draft and a second person.
    """
    why, files = worded(reason, "reason"), read_files(config)
    if mistakes := mistakes_of(files):
        raise BadConfiguration(mistakes)
    first = Version(
        number=1, hash=hash_of(files), files=files, author=service.actor, approver=None, reason=why,
        checked="taken over as it was", published_at=service.now(), from_draft=None, impact_hash=None,
    )  # fmt: skip
    with service.db.write() as conn:
        alone(conn, CROSSWALK_VERSION)
        if newest := newest_version(conn):
            what = f"version {newest.number} was published already"
            raise WrongCall(what, "Save a draft, and let a second person publish it: `ims-sync crosswalk draft`.")
        add_version(conn, first)
        act = Act(service.actor, "crosswalk adopted", "crosswalk version 1", {"hash": first.hash})
        record(conn, act, service.now())
    return first
