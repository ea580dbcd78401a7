"""What an explanation says would change the answer does change it."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from sync.jobs.decide_files import decide_folder
from sync.model import Reason
from sync.pretend.person import (
    Act,
    Person,
    changed,
    entry,
    payment,
    retention,
    row_of,
    service,
    training,
    without,
    write,
)
from sync.pretend.stories import AS_OF
from tests.support import enforced_configuration

PROVIDER = "IRCO"
BOOST, WORKSOURCE, OWN = {"program": "Career Boost"}, {"program": "WorkSource Adult"}, {"program": "EOP Portland"}
CURES: list[tuple[Reason, Callable[[], list[Act]], Act]] = [
    (Reason.ASSESSMENT_LATE, lambda: [service("2026-04-07"), changed("assessments", {}, completed_on="2026-04-09")],
     row_of("assessments", provider=PROVIDER, completed_on="2026-04-07")),
    (Reason.ASSESSMENT_MISSING, lambda: [service("2026-04-07"), without("assessments")],
     row_of("assessments", provider=PROVIDER, completed_on="2026-04-07")),
    (Reason.PLAN_MISSING, lambda: [service("2026-04-07"), without("goals", term="short term")],
     row_of("goals", provider=PROVIDER, term="short", set_on="2026-04-07", target_end_date="2026-06-30")),
    (Reason.SNAP_UNKNOWN, lambda: [service("2026-04-07"), without("ims_eligibility", month="2026-04")],
     row_of("ims_eligibility", month="2026-04", snap_status="eligible")),
    (Reason.SNAP_NOT_ELIGIBLE,
     lambda: [service("2026-04-07"), changed("ims_eligibility", {"month": "2026-04"}, snap_status="not eligible")],
     row_of("ims_eligibility", month="2026-04", snap_status="eligible", checked_on="2026-04-15")),
    (Reason.CAREER_BOOST_LATE,
     lambda: [service("2026-04-07"), changed("enrollments", BOOST, registration_completed_on="2026-04-10")],
     row_of("enrollments", program="Career Boost", provider="X", registration_completed_on="2026-04-07")),
    (Reason.WORKSOURCE_MISSING, lambda: [service("2026-04-07"), without("enrollments", **WORKSOURCE)],
     row_of("enrollments", program="WorkSource Adult", provider="X", application_date="2026-04-07",
            documentation_complete="yes")),
    (Reason.NOT_ENROLLED_IN_PROGRAM, lambda: [service("2026-04-07"), without("enrollments", **OWN)],
     row_of("enrollments", program="EOP Portland", provider=PROVIDER, application_date="2026-04-07")),
    (Reason.AFTER_EXIT, lambda: [service("2026-04-07"), changed("enrollments", OWN, exit_date="2026-04-01")],
     changed("enrollments", OWN, exit_date="2026-04-07")),
    (Reason.EMPLOYMENT_MISSING, lambda: [service("2026-01-07"), retention("2026-04-07", "")],
     row_of("employments", start_date="2026-04-07")),
    (Reason.STATUS_NOT_ALLOWED, lambda: [service("2026-04-07", status="Started")],
     changed("services", {}, status="Completed")),
    (Reason.DATES_REVERSED, lambda: [service("2026-04-07", end_date="2026-04-01")],
     changed("services", {}, end_date="2026-04-07")),
    (Reason.PAYMENT_PENDING, lambda: [service("2026-04-07"), payment("2026-04-08", status="Pending")],
     changed("payments", {}, status="Paid")),
    (Reason.AMOUNT_INVALID, lambda: [service("2026-04-07"), payment("2026-04-08", amount="0.00")],
     changed("payments", {}, amount="0.01")),
    (Reason.PAYMENT_BEFORE_FIRST_SERVICE, lambda: [service("2026-04-07"), payment("2026-04-02")],
     service("2026-04-02")),
    (Reason.NO_SERVICE_THIS_MONTH, lambda: [payment("2026-03-10")], service("2026-03-10")),
    (Reason.POSSIBLY_IN_IMS, lambda: [service("2026-04-07"), entry("2026-04-07", provider="POIC")],
     row_of("choices", line_id="service:DEMO-01-SER1", answer="different", answered_by="DEMO-S1",
            answered_on="2026-04-10")),
    (Reason.CHOOSE_IMS_TYPE, lambda: [service("2026-04-07"), payment("2026-04-08", payment_type="Transportation")],
     row_of("choices", line_id="payment:DEMO-01-PAY1", answer="Bus Pass", answered_by="DEMO-S1",
            answered_on="2026-04-10")),
    (Reason.CONTINUING_UNCONFIRMED, lambda: [training("2026-03-09")],
     row_of("choices", line_id="service:DEMO-01-SER1:2026-04", answer="delivered", answered_by="DEMO-S1",
            answered_on="2026-04-10")),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "story", "cure"), CURES, ids=[str(cure[0]) for cure in CURES])
def test_what_is_said_to_change_the_answer_does_change_it(
    reason: Reason, story: Callable[[], list[Act]], cure: Act, tmp_path: Path
) -> None:
    def reasons(*acts: Act) -> set[str]:
        person = Person(1)
        for act in acts:
            act(person)
        place = tmp_path / str(len(acts))
        place.mkdir()
        write([person], place)
        decided = decide_folder(place, enforced_configuration(), AS_OF, tell=lambda step, done, total: None)
        lines = decided.lines.filter(pl.col("source_kind").is_in(["services", "payments"]))
        texts = lines["reasons"].drop_nulls()
        return {reason for text in texts for reason in text.split(";")}

    before, after = reasons(*story()), reasons(*story(), cure)

    assert reason in before
    assert reason not in after
