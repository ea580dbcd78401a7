"""The commands `user add`, `user disable`, `user link` and `user list`: who may use the pages."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.progress import progress
from sync.jobs.accounts import disable as do_disable
from sync.jobs.accounts import new_account, new_link
from sync.jobs.service import Service, opened
from sync.store.accounts import LINK_HOLDS, Account, NewAccount, Role, all_accounts

app = typer.Typer(
    help="Say who may use the pages for staff.",
    epilog="Example: ims-sync user add A.ADMIN --role admin",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="What the person types to sign in.")]


@contextmanager
def _opened(config: Path, database: str | None) -> Iterator[Service]:
    with progress(0) as tell, opened(config, database, actor=getpass.getuser(), tell=tell) as service:
        yield service


@app.command("add")
def add(
    name: Name,
    *,
    role: Annotated[Role, typer.Option("--role", help="What the account is for.")],
    provider: Annotated[
        list[str] | None,
        typer.Option("--provider", metavar="NAME", help="Whose customers it may see; without it all. May be repeated."),
    ] = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Add an account, and print the link by which its owner sets password and second factor, once.

    Example: ims-sync user add R.REVIEWER --role reviewer --provider IRCO
    """
    with _opened(config, database) as service:
        token = new_account(service, NewAccount(name=name, role=role, providers=provider or ()))
    return _tell_link(service, name, token, json=json)


@app.command("link")
def link(name: Name, *, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Let a person set password and second factor anew: the old ones and their sessions end at once.

    Example: ims-sync user link A.ADMIN
    """
    with _opened(config, database) as service:
        token = new_link(service, name)
    return _tell_link(service, name, token, json=json)


@app.command("disable")
def disable(name: Name, *, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Let nobody in by an account any more; its sessions end at once.

    Example: ims-sync user disable R.REVIEWER
    """
    with _opened(config, database) as service:
        do_disable(service, name)
    if json:
        print_json({"disabled": name})
    else:
        print(f"{name} cannot sign in any more. `ims-sync user link {name}` would let them in again.")
    return 0


@app.command("list")
def list_(*, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Show every account: its role, whose customers it may see, and how it stands.

    Example: ims-sync user list
    """
    with _opened(config, database) as service:
        found = all_accounts(service.db)
    rows = [{"name": one.name, "role": one.role, "providers": one.providers, "state": _state(one)} for one in found]
    if json:
        print_json({"accounts": rows})
    elif not rows:
        print("There is no account yet: ims-sync user add NAME --role admin")
    else:
        for one in rows:
            print(f"{one['name']:<30} {one['role']:<11} {one['state']:<9} {', '.join(one['providers']) or 'all'}")
    return 0


def _state(account: Account) -> str:
    if account.disabled_at:
        return "disabled"
    return "in use" if account.password else "waits"


def _tell_link(service: Service, name: str, token: str, *, json: bool) -> int:
    web = service.settings.web
    link = f"{web.address_on(web.port)}/first-visit/{token}"
    if json:
        print_json({"name": name, "link": link})
    else:
        hours = LINK_HOLDS.days * 24 + LINK_HOLDS.seconds // 3600
        print(
            f"A link for {name}. Hand it over by a safe way; while `ims-sync web` runs,\n"
            f"it works once, within {hours} hours:\n{link}"
        )
    return 0
