"""The command `web`: the pages for staff."""

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import SecretStr

from sync.cli.ending import ending_softly
from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.progress import progress, silent
from sync.errors import WrongCall
from sync.jobs.accounts import new_account, new_link
from sync.jobs.rehearsal_pages import rehearsal
from sync.jobs.service import Service, opened
from sync.settings import read_secret_key
from sync.store.accounts import NewAccount, Role, account_named, all_accounts
from sync.web import create_app, serving

_ACCOUNTS: Final = {**{f"DEMO-{role.upper()}": role for role in Role}, "DEMO-ADMIN-2": Role.ADMIN}
"""The accounts of the rehearsal: one of each role, and a second admin, since publishing the crosswalk takes two."""


def web(
    *,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="In place of [web] port; 0 takes any that is free.")
    ] = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Serve the pages for staff until Ctrl-C or SIGTERM; IMS_SYNC_SECRET_KEY must be set.

    Example: ims-sync web --port 8600
    """
    key = read_secret_key()
    with ExitStack() as stack:
        with progress(0) as tell:
            service = stack.enter_context(opened(config, database, actor="pages", tell=tell))
        serve(service, key, port, told=lambda address: _tell(service, address, json=json))
    return 0


def serve(service: Service, key: SecretStr, port: int | None, *, told: Callable[[str], None]) -> None:
    """Serve the pages until somebody ends it; `told` gets the address once they are there.

    The pages themselves say how far a job is that they began.
    """
    settings = service.settings
    own = settings.web if port is None else settings.web.model_copy(update={"port": port})
    made = replace(service, settings=settings.model_copy(update={"web": own}), tell=silent)
    with ending_softly(made) as soft, serving(create_app(soft, key), own) as served:
        told(own.address_on(served))
        soft.ending.wait()


def _tell(service: Service, address: str, *, json: bool) -> None:
    if json:
        print_json({"address": address})
        return
    print(f"The pages are at {address} (Ctrl-C ends them)", flush=True)
    if not all_accounts(service.db):
        print("There is no account yet: ims-sync user add NAME --role admin", flush=True)


def kept_database(keep: Path | None, database: str | None) -> str:
    """Return where the demo's database is kept for the pages; raise WrongCall where nothing is kept."""
    if keep is None:
        raise WrongCall(
            "the pages need what the demo leaves behind", "Name a folder too: ims-sync demo --keep DIR --web"
        )
    return database or f"sqlite:///{keep.absolute() / 'ims-sync.db'}"


def show_pages(config: Path, folder: Path, database: str) -> None:
    """Serve the pages over the rehearsal in a folder until Ctrl-C, with a way in for its accounts."""
    with ExitStack() as stack:
        with progress(0) as tell:
            service = stack.enter_context(rehearsal(config, folder, database, tell=tell))
        ways_in = {name: _way_in(service, name, role) for name, role in _ACCOUNTS.items()}

        def told(address: str) -> None:
            print(f"\nThe pages are at {address} (Ctrl-C ends them). Begin with one of these; each link works once:")
            for name, token in ways_in.items():
                way = f"{address}/first-visit/{token}" if token else f"{address}/sign-in as {name}"
                print(f"  {_ACCOUNTS[name]:<11} {way}", flush=True)

        serve(service, SecretStr(secrets.token_hex(32)), None, told=told)


def _way_in(service: Service, name: str, role: Role) -> str | None:
    """Return the token of a one-time link to an account, added where there is none; None where it is set up."""
    known = account_named(service.db, name)
    if known is None:
        return new_account(service, NewAccount(name=name, role=role))
    return new_link(service, name) if known.password is None else None
