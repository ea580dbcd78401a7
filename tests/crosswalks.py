"""Share what tests of the crosswalk's versions need: a service over its own configuration, and people who change it."""

from dataclasses import replace
from pathlib import Path

from sync.crosswalk.texts import hash_of, read_files
from sync.jobs.crosswalk_drafts import Wish, save_draft
from sync.jobs.crosswalk_publish import adopt
from sync.jobs.decide_files import read_configuration
from sync.jobs.service import Service
from sync.store import Database
from sync.store.crosswalk_versions import Draft, Version, add_version
from tests.configurations import copied
from tests.services import START, service

AUTHOR, APPROVER = "DEMO-AUTHOR", "DEMO-APPROVER"


def adopted(database: Database, folder: Path) -> tuple[Service, Path]:
    """Return a service whose configuration was taken over as version 1, and its folder."""
    config = copied(folder)
    made = replace(service(database, folder, configuration=read_configuration(config)), config=config)
    adopt(made, config, reason="the first")
    return made, config


def published(database: Database, config: Path) -> None:
    """Let the files of a configuration be version 1, and nothing else be written down."""
    files = read_files(config)
    first = Version(
        number=1, hash=hash_of(files), files=files, author=AUTHOR, approver=None, reason="the first", checked="all",
        published_at=START, from_draft=None, impact_hash=None,
    )  # fmt: skip
    with database.write() as conn:
        add_version(conn, first)


def by(made: Service, actor: str) -> Service:
    """Return the service as another person uses it."""
    return replace(made, actor=actor)


def edited(config: Path, table: str, *rows: str) -> dict[str, str]:
    """Return the files of a configuration with further rows at the end of a table; nothing is written."""
    files, name = read_files(config), f"crosswalk/{table}.csv"
    return {**files, name: files[name] + "".join(f"{row}\n" for row in rows)}


def drafted(made: Service, files: dict[str, str]) -> Draft:
    return save_draft(by(made, AUTHOR), Wish(files=files, reason="a new service", checked="the guide"))
