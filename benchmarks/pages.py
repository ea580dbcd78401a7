"""Ask for pages as somebody who is signed in does, without a network between: the server's own work is timed."""

import json
import secrets
from datetime import UTC, datetime
from typing import Final

import polars as pl
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from pydantic import SecretStr

from sync.jobs.service import Service
from sync.store import NewPull, store_pull
from sync.store.accounts import Link, NewAccount, Role, account_named, add_account, enrol
from sync.store.sessions import begin_session
from sync.store.snapshots import ROW_COLUMNS
from sync.web import create_app
from sync.web.guard import COOKIE

NAME: Final = "DEMO-REVIEWER"


def signed_in(service: Service) -> FlaskClient:
    """Return the browser of a reviewer who may see every provider."""
    now, link, token = service.now(), Link(secrets.token_hex(16), "A" * 32), secrets.token_hex(16)
    add_account(service.db, NewAccount(name=NAME, role=Role.REVIEWER), link, actor="benchmark", now=now)
    enrol(service.db, link.token, "no password", step=1, now=now)
    account = account_named(service.db, NAME)
    assert account is not None
    begin_session(service.db, account.id, token, whole=True, now=now)
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    client = create_app(service, SecretStr("k" * 32), hasher=quick).test_client()
    client.set_cookie(COOKIE, token)
    return client


def shown(client: FlaskClient, path: str) -> str:
    """Return a page; RuntimeError where it is not given."""
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} gives {answer.status_code}")
    return answer.text


def pull_customers(service: Service, number: int) -> None:
    """Let so many customers stand in I-Trac, one row each."""
    ids = pl.Series(range(number))
    named = [
        json.dumps({"customer_id": f"C{one}", "job_seeker_id": f"J{one}", "last_name": "Testperson",
                    "first_name": f"Number {one}", "birth_month_day": "02/29", "last4_ssn": "9876"})
        for one in ids
    ]  # fmt: skip
    rows = pl.DataFrame({"row_id": [f"C{one}" for one in ids], "content": named}).select(
        "row_id", pl.col("row_id").alias("owner"), pl.lit(None, pl.String).alias("refers_to"), "content",
        pl.lit("customers.csv").alias("file"), pl.int_range(2, number + 2, dtype=pl.Int64).alias("line"),
    )  # fmt: skip
    pull = NewPull(source="itrac-files", at=datetime(2026, 4, 20, tzinfo=UTC), complete=True)
    store_pull(service.db, pull, {"customers": rows.cast(ROW_COLUMNS)})
