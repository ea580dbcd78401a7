"""Share what tests of lists need: pages of assessments as I-Trac's gateway gives them, answered by `responses`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import responses

from sync.clients import ItracGateway, Limits, Pulled
from tests.gateways import ROOMY, TOKEN, URL, Watch, mocked

AS_OF = "2026-04-20T10:00:00Z"


@contextmanager
def answering() -> Iterator[responses.RequestsMock]:
    """Answer what is set, and give a token first."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(f"{URL}/oauth/token", json=TOKEN)
        yield mock


def assessment(place: int, **more: Any) -> dict[str, Any]:
    ids = {"assessment_id": f"A{place}", "customer_id": f"C{place}", "provider": "IRCO"}
    return {**ids, "completed_on": "2026-04-07", "modified_at": "2026-04-08T10:00:00Z", **more}


def page_of(rows: list[Any], cursor: str | None = None, total: int = 3, **more: Any) -> dict[str, Any]:
    return {"items": rows, "next_cursor": cursor, "total": total, "as_of": AS_OF, **more}


def answer_pages(answers: responses.RequestsMock, *pages: dict[str, Any]) -> None:
    for one in pages:
        answers.get(f"{URL}/v1/assessments", json=one)


def pull(watch: Watch | None = None, limits: Limits = ROOMY, table: str = "assessments") -> Pulled:
    with mocked(watch, limits) as session:
        return ItracGateway(session).pull(table, None, 2)
