"""Share what tests of the pages need: the pages over a small world, and people who sign in as a browser would."""

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from sync.jobs.accounts import new_account
from sync.jobs.crosswalk_publish import adopt
from sync.jobs.decide_files import Configuration
from sync.jobs.reconcile import reconcile
from sync.jobs.review_acts import Whose
from sync.jobs.review_filter import Filter
from sync.jobs.review_together import assign_many, selection
from sync.jobs.service import Service, running
from sync.pretend.everybody import write_everybody
from sync.pretend.person import Person, payment
from sync.pretend.person import service as coaching
from sync.settings.oidc import OidcSettings
from sync.store import Database
from sync.store.accounts import NewAccount, Role, account_named
from sync.store.findings import store_found
from sync.web import create_app
from sync.web.passwords import code_of
from tests.crosswalks import drafted, edited
from tests.services import Clock, done, lay_exports, planned
from tests.services import service as service_over
from tests.store_rows import found_items
from tests.support import CONFIG, enforced_configuration

AS_OF = date(2026, 4, 20)
ITEM = "date-differs:service:DEMO-01-SER1:DEMO-E1"
FOUND = {"customer_id": "DEMO-C01", "job_seeker_id": "DEMO-J01", "program": "Career Boost"}
PASSWORD = "correct horse battery"
KEY = SecretStr("k" * 32)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browser:
    """A person in front of a browser: sends forms with the token of the page they are on."""

    client: FlaskClient
    service: Service
    name: str

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, on: str = "/", **cells: str) -> TestResponse:
        """Send a form that stands on a page."""
        found = _TOKEN.search(self.client.get(on).text)
        return self.client.post(path, data={"csrf_token": found[1] if found else "", **cells})

    def code(self, later: int = 0) -> str:
        account = account_named(self.service.db, self.name)
        assert account is not None
        return code_of(account.totp_secret, int(self.service.now().timestamp()) // 30 + later)

    def sign_in(self, password: str = PASSWORD, code: str | None = None) -> TestResponse:
        answer = self.post("/sign-in", "/sign-in", name=self.name, password=password)
        if answer.status_code != 303:
            return answer
        return self.post("/sign-in/code", "/sign-in/code", code=code or self.code())


@dataclass
class Pages:
    """The pages of a service, whose clock the test moves."""

    app: Flask
    service: Service
    clock: Clock

    def browser(self, name: str = "somebody") -> Browser:
        return Browser(self.app.test_client(), self.service, name)

    def invite(self, role: Role, *providers: str, name: str = "") -> tuple[str, str]:
        """Add an account; return its name and its one-time link."""
        name = name or f"DEMO-{role.upper()}"
        token = new_account(self.service, NewAccount(name=name, role=role, providers=providers))
        return name, f"/first-visit/{token}"

    def member(self, role: Role, *providers: str, name: str = "") -> Browser:
        """Return somebody with an account that is set up."""
        called, link = self.invite(role, *providers, name=name)
        person = self.browser(called)
        answer = person.post(link, link, password=PASSWORD, again=PASSWORD, code=person.code(-1))
        assert answer.status_code == 303
        return person

    def signed_in(self, role: Role, *providers: str, name: str = "") -> Browser:
        person = self.member(role, *providers, name=name)
        assert person.sign_in().status_code == 303
        return person


def pages_over(
    db: Database, folder: Path, configuration: Configuration | None = None, *, config: Path | None = None
) -> Pages:
    """Return the pages over a database that holds nothing; config  where its files stand, for those that publish."""
    clock = Clock()
    made = service_over(db, folder, clock=clock, configuration=configuration)
    made = replace(made, tell=lambda *_: None, config=config)
    return Pages(create_app(made, KEY, hasher=CHEAP), made, clock)


def with_crosswalk(pages: Pages) -> Pages:
    """Let the configuration be version 1 of the crosswalk, and let there be a draft with one more alias."""
    adopt(pages.service, pages.service.config or CONFIG, reason="as the guide has it")
    drafted(pages.service, edited(CONFIG, "aliases", "service,,Coaching,Career Coaching,,,agreed"))
    return pages


def with_oidc(pages: Pages, issuer: str) -> Pages:
    """Return the same pages, where people can sign in at a provider too."""
    known = OidcSettings(issuer=issuer, client_id=SecretStr("pages"), client_secret=SecretStr("s" * 20), timeout_s=5)
    made = replace(pages.service, settings=pages.service.settings.model_copy(update={"oidc": known}))
    return Pages(create_app(made, KEY, hasher=CHEAP), made, pages.clock)


def found(pages: Pages, *items: Mapping[str, Any]) -> None:
    """Let these items be what is found now, about the first customer of the demo unless told otherwise."""
    store_found(pages.service.db, found_items(*({**FOUND, **one} for one in items)), now=pages.clock.at)


def with_reviews(pages: Pages) -> Pages:
    """Let there be two items, and one act about both."""
    facts = {"line.date": "2026-04-07", "entry.date": "2026-04-09", "line.provider": "IRCO", "entry.provider": "IRCO",
             "line.job_seeker_id": "DEMO-J01", "entry.job_seeker_id": "DEMO-J01"}  # fmt: skip
    found(pages, {"item_id": ITEM, "facts": json.dumps(facts)}, {"item_id": "date-differs:2"})
    saw = selection(pages.service, Filter())
    assign_many(pages.service, Filter(), saw, to="DEMO-REVIEWER", whose=Whose("DEMO-REVIEWER"))
    return pages


def with_everybody(db: Database, folder: Path) -> Pages:
    """Let there be everybody of the demo, planned and reconciled: items of every kind."""
    pages = pages_over(db, folder, enforced_configuration())
    made = folder / "made"
    made.mkdir()
    write_everybody(made)
    lay_exports(folder, {one.stem: list(csv.DictReader(one.read_text("utf-8").splitlines())) for one in made.iterdir()})
    done(pages.service, "pull")
    done(pages.service, "readback")
    planned(pages.service, AS_OF)
    with running(pages.service, "reconcile") as job:
        reconcile(pages.service, job)
    return pages


def with_people(pages: Pages, folder: Path) -> Pages:
    """Let there be a plan about two people."""
    tables: dict[str, list[dict[str, str]]] = {}
    for number in (1, 2):
        person = Person(number)
        coaching("2026-04-07")(person)
        payment("2026-04-08", amount="25.00")(person)
        for name, rows in person.tables.items():
            tables.setdefault(name, []).extend(rows)
    lay_exports(folder, {"ims_entries": [], **tables})
    done(pages.service, "pull")
    done(pages.service, "readback")
    planned(pages.service, AS_OF)
    return pages
