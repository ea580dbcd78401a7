"""Measure the pages of reviews and customers on a database with many lines and many open items.

Each page is asked for many times in one process; what is kept is the median and the 95th percentile in milliseconds.
"""

import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from benchmarks.databases import databases
from benchmarks.options import Options
from benchmarks.pages import pull_customers, shown, signed_in
from benchmarks.results import Json
from benchmarks.store import LINES_OF_A_CUSTOMER, PLAN, decided
from sync.jobs.decide_files import read_configuration
from sync.jobs.review import PAGE_ROWS
from sync.jobs.service import Service
from sync.settings import ServiceSettings
from sync.store import Counting, Database, Decisions, Figures, migrate, open_database, store_plan
from sync.store.findings import FOUND_COLUMNS, store_found
from sync.store.looks import handle_of
from sync.summary.shares import count_shares

NOW: Final = datetime(2026, 4, 20, 17, tzinfo=UTC)
LINES_AN_ITEM: Final = 10
ASKED: Final = 40
COUNTS: Final = {"lines": 0, "by_reason": {}, "invoiceable": 0, "at_risk": 0, "not_invoiceable": 0}
LIMIT_MS: Final = 300.0
KINDS: Final = (
    ("unsupported-in-ims", "", "claim", 0), ("money-at-risk", "no-service-this-month", "money", 1),
    ("money-at-risk", "choose-ims-type", "money", 1), ("flag", "label-unknown", "data", 2),
    ("date-differs", "", "data", 2), ("missing-in-ims", "", "data", 2), ("not-copied", "", "note", 3),
)  # fmt: skip
FACTS: Final = (
    '{{"severity":"data","field":"date","itrac_value":"2026-03-1{}","ims_value":"2026-03-12","line.label":'
    '"Occupational Skills Training","line.date":"2026-03-11","line.reasons":"label-unknown","entry.date":"2026-03-12"}}'
)


def items(number: int, seed: int) -> pl.DataFrame:
    """Make items of every kind, spread over 36 months, 25 providers and 8 programs."""
    draw = random.Random(seed)
    rows = []
    for place in range(number):
        kind, reason, severity, rank = draw.choice(KINDS)
        provider, program = f"Provider {draw.randrange(25)}", f"Program {draw.randrange(8)}"
        month = f"{2023 + draw.randrange(3)}-{draw.randrange(1, 13):02d}"
        cents = draw.randrange(500, 90_000) if severity == "money" else None
        cause = f"same|{reason or kind}|{provider}"
        rows.append(
            (f"{kind}:{place}", kind, reason, severity, rank, f"C{place // 2}", f"J{place // 2}", program, provider,
             month, f"service:S{place}", None, cents, cause, draw.random() < 0.8, provider.casefold(),
             FACTS.format(place % 10))
        )  # fmt: skip
    return pl.DataFrame(rows, schema=FOUND_COLUMNS, orient="row")


def measure_review(options: Options) -> tuple[dict[str, Json], str]:
    """Measure on each database; return the results and a table of them to print."""
    lines = max(options.sizes)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name, databases() as urls:
        found = {kind: _measured(url, Path(name), options, lines=lines) for kind, url in urls.items()}
    return {"lines": lines, "items": lines // LINES_AN_ITEM, "asked": ASKED, **found}, _table(found)


def _measured(url: str, folder: Path, options: Options, *, lines: int) -> dict[str, Json]:
    with closing(open_database(url)) as db:
        migrate(db)
        store_plan(db, replace(PLAN, figures=_figures(options)), Decisions(decided(lines)), now=NOW)
        made = items(lines // LINES_AN_ITEM, options.seed)
        stored = _seconds(lambda: store_found(db, made, now=NOW))
        again = _seconds(lambda: store_found(db, made, now=NOW))
        service = _service(db, folder, options)
        pull_customers(service, lines // LINES_OF_A_CUSTOMER)
        asked = _pages(service, len(made))
        told: dict[str, Any] = {name: _percentiles(ask) for name, ask in asked.items()}
    reached = all(one["p95_ms"] <= LIMIT_MS for one in told.values())
    return {"store_seconds": stored, "store_again_seconds": again, "questions": told, "reached": reached}


def _figures(options: Options) -> Counting:
    force = read_configuration(options.config).crosswalk.on(NOW.date())
    return lambda _went, came: Figures(COUNTS, count_shares(came, force, NOW.date()).as_document())


def _pages(service: Service, number: int) -> dict[str, Callable[[], object]]:
    """Return the pages as a browser asks for them; each look is written down, as it is in use."""
    client, draw = signed_in(service), random.Random(2)
    addresses = re.findall(r'href="(/reviews/[A-Za-z0-9_-]{16,})"', shown(client, "/reviews"))
    customers = [handle_of(service.db, f"C{one}") for one in range(20)]
    deep = number // PAGE_ROWS
    return {
        "reviews": lambda: shown(client, "/reviews"),
        "of a provider": lambda: shown(client, f"/reviews?provider=Provider+{draw.randrange(25)}"),
        "filtered": lambda: shown(client, f"/reviews?severity=money&month=2024-{draw.randrange(1, 13):02d}"),
        "deep": lambda: shown(client, f"/reviews?page={draw.randrange(deep // 2, deep)}"),
        "causes": lambda: shown(client, "/reviews/causes"),
        "item": lambda: shown(client, draw.choice(addresses)),
        "customer": lambda: shown(client, f"/customers/{draw.choice(customers)}"),
        "home": lambda: shown(client, "/"),
    }


def _service(db: Database, folder: Path, options: Options) -> Service:
    settings = ServiceSettings.model_validate({"itrac": {"folder": folder}, "ims": {"folder": folder}})
    return Service(db, settings, read_configuration(options.config), lambda: NOW, "benchmark", lambda *_: None)


def _percentiles(ask: Callable[[], object]) -> dict[str, float]:
    took = sorted(_seconds(ask) * 1000 for _ in range(ASKED))
    return {"median_ms": round(statistics.median(took), 1), "p95_ms": round(took[int(ASKED * 0.95) - 1], 1)}


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return round(time.perf_counter() - start, 4)


def _table(found: dict[str, dict[str, Json]]) -> str:
    text = [f"{'database':<12} {'question':<16} {'median ms':>10} {'p95 ms':>8}"]
    for kind, measured in found.items():
        questions: Any = measured["questions"]
        text += [f"{kind:<12} {name:<16} {one['median_ms']:>10} {one['p95_ms']:>8}" for name, one in questions.items()]
        text.append(
            f"{kind:<12} storing the items: {measured['store_seconds']} s, again {measured['store_again_seconds']} s"
        )
    return "\n".join(text)
