"""The command `web`: the pages for staff."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import typer
from pydantic import SecretStr

from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.progress import progress
from sync.jobs.service import Service, opened
from sync.settings import read_secret_key
from sync.store import all_accounts
from sync.web import create_app, serving


def web(
    *,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="In place of [web] port; 0 takes any that is free.")
    ] = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Serve the pages for staff until Ctrl-C; IMS_SYNC_SECRET_KEY must be set.

    Example: ims-sync web --port 8600
    """
    key = read_secret_key()
    with progress(0) as tell, opened(config, database, actor="pages", tell=tell) as service:
        serve(service, key, port, told=lambda address: _tell(service, address, json=json))
    return 0


def serve(service: Service, key: SecretStr, port: int | None, *, told: Callable[[str], None]) -> None:
    """Serve the pages until somebody ends it; `told` gets the address once they are there."""
    settings = service.settings
    own = settings.web if port is None else settings.web.model_copy(update={"port": port})
    made = replace(service, settings=settings.model_copy(update={"web": own}))
    with serving(create_app(made, key), own) as served:
        told(own.address_on(served))
        threading.Event().wait()


def _tell(service: Service, address: str, *, json: bool) -> None:
    if json:
        print_json({"address": address})
        return
    print(f"The pages are at {address} (Ctrl-C ends them)", flush=True)
    if not all_accounts(service.db):
        print("There is no account yet: ims-sync user add NAME --role admin", flush=True)
