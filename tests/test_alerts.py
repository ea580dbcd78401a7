"""One alert for each cause and subject: the first at once, then a count, and a word when it is over."""

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sync.alerts import CAUSES, Cause
from sync.jobs.alerts import close_alert, known_alerts, raise_alert, raise_alerts, tell
from sync.jobs.service import Service
from sync.store import Database, migrate_down
from tests.postbox import Postbox, post_office
from tests.services import Clock, service


@pytest.fixture(scope="module")
def office() -> Iterator[tuple[Postbox, int]]:
    with post_office() as opened:
        yield opened


@pytest.fixture
def postbox(office: tuple[Postbox, int]) -> Postbox:
    office[0].mails.clear()
    return office[0]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own(database: Database, tmp_path: Path, clock: Clock, office: tuple[Postbox, int], postbox: Postbox) -> Service:
    """A service that tells by file and by mail."""
    alerts = {
        "file": tmp_path / "alerts.jsonl", "smtp_host": "127.0.0.1", "smtp_port": office[1],
        "mail_to": "staff@example.org", "mail_from": "ims-sync@example.org",
    }  # fmt: skip
    return service(database, tmp_path, clock=clock, settings={"alerts": alerts})


def told(of: Service) -> list[tuple[str, str, int]]:
    """Return what stands in the file: kind, subject, count."""
    path = of.settings.alerts.file
    assert path is not None
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [(line["kind"], line["subject"], line["count"]) for line in map(json.loads, lines)]


def test_the_first_alert_goes_out_at_once_on_every_channel(own: Service, postbox: Postbox) -> None:
    raise_alert(own, Cause.JOB_FAILED, "pull", run=3)

    assert told(own) == [("new", "pull", 1)]
    (mail,) = postbox.mails
    assert str(mail["Subject"]) == "ims-sync (rehearsal): The job pull failed."
    assert mail["To"] == "staff@example.org"
    text = mail.get_payload()
    assert "Since 2026-04-20 17:00 UTC, once." in text
    assert "What to do: `ims-sync runs` says why" in text


def test_repetitions_are_counted_and_told_once_a_day_at_most(own: Service, clock: Clock, postbox: Postbox) -> None:
    for _ in range(30):
        raise_alert(own, Cause.JOB_FAILED, "pull")
        clock.sleep(3600)

    assert told(own) == [("new", "pull", 1), ("again", "pull", 25)]
    assert len(postbox.mails) == 2
    assert "25 times" in postbox.mails[1].get_payload()
    (alert,) = known_alerts(own.db, every=False)
    assert alert.count == 30


def test_what_is_not_raised_again_is_not_told_again(own: Service, clock: Clock, postbox: Postbox) -> None:
    raise_alert(own, Cause.JOB_FAILED, "pull")
    clock.sleep(3 * 24 * 3600)

    tell(own)

    assert len(postbox.mails) == 1


def test_people_hear_when_it_is_over_and_only_once(own: Service, postbox: Postbox) -> None:
    raise_alert(own, Cause.JOB_FAILED, "pull")

    close_alert(own, [Cause.JOB_FAILED], "pull")
    close_alert(own, [Cause.JOB_FAILED], "pull")
    tell(own)

    assert told(own) == [("new", "pull", 1), ("over", "pull", 1)]
    assert [subject.split(": ")[1] for subject in postbox.subjects] == ["The job pull failed.", "over"]
    assert known_alerts(own.db, every=False) == []


def test_an_alert_after_one_that_is_over_is_a_new_one(own: Service) -> None:
    raise_alert(own, Cause.JOB_FAILED, "pull")
    close_alert(own, [Cause.JOB_FAILED], "pull")

    raise_alert(own, Cause.JOB_FAILED, "pull")

    assert [kind for kind, *_ in told(own)] == ["new", "over", "new"]
    assert [alert.count for alert in known_alerts(own.db, every=True)] == [1, 1]


def test_every_subject_has_an_alert_of_its_own(own: Service) -> None:
    raise_alert(own, Cause.JOB_FAILED, "pull")
    raise_alert(own, Cause.JOB_FAILED, "push")

    assert told(own) == [("new", "pull", 1), ("new", "push", 1)]


@pytest.fixture
def at_night(own: Service, clock: Clock) -> Service:
    """The service at three in the morning in Portland, with quiet hours from eight to six."""
    clock.at = clock.at.replace(hour=10)
    alerts = own.settings.alerts.model_dump() | {"quiet_from": "20:00", "quiet_to": "06:00"}
    settings = own.settings.model_copy(update={"alerts": type(own.settings.alerts).model_validate(alerts)})
    return replace(own, settings=settings)


def test_in_quiet_hours_only_grave_alerts_are_mailed_and_the_rest_in_the_morning(
    at_night: Service, clock: Clock, postbox: Postbox
) -> None:
    raise_alert(at_night, Cause.JOB_NEEDS_A_PERSON, "plan")
    raise_alert(at_night, Cause.JOB_FAILED, "pull")
    night = list(postbox.subjects)
    clock.at += timedelta(hours=4)

    tell(at_night)

    assert night == ["ims-sync (rehearsal): The job pull failed."]
    assert len(postbox.mails) == 2
    assert "The job plan came to its end" in postbox.subjects[1]
    assert told(at_night) == [("new", "plan", 1), ("new", "pull", 1)]


def test_what_came_and_went_in_the_night_is_not_mailed(at_night: Service, clock: Clock, postbox: Postbox) -> None:
    raise_alert(at_night, Cause.JOB_NEEDS_A_PERSON, "plan")
    close_alert(at_night, [Cause.JOB_NEEDS_A_PERSON], "plan")
    clock.at += timedelta(hours=4)

    tell(at_night)

    assert postbox.mails == []


def test_several_that_wait_come_in_one_mail_named_by_the_gravest(own: Service, postbox: Postbox) -> None:
    deaf = own.settings.alerts.model_copy(update={"smtp_port": 1})
    away = replace(own, settings=own.settings.model_copy(update={"alerts": deaf}))
    raise_alert(away, Cause.JOB_NEEDS_A_PERSON, "plan")
    raise_alert(away, Cause.JOB_FAILED, "pull")

    tell(own)

    assert postbox.subjects == ["ims-sync (rehearsal): The job pull failed. (and 1 more)"]


def test_several_of_one_cause_that_are_raised_together_are_counted_each_and_come_in_one_mail(
    own: Service, postbox: Postbox
) -> None:
    for _ in range(2):
        raise_alerts(own, Cause.SHARE_UNLIKE_PAST, {who: {"now": 50} for who in ("irco", "poic", "seuplift")})

    assert told(own) == [("new", who, 1) for who in ("irco", "poic", "seuplift")]
    counts = {alert.subject: alert.count for alert in known_alerts(own.db, every=False)}
    assert counts == dict.fromkeys(("irco", "poic", "seuplift"), 2)
    assert len(postbox.mails) == 1
    assert postbox.subjects[0].endswith("(and 2 more)")


def test_a_channel_that_fails_harms_nobody_is_shown_and_is_tried_again(own: Service, postbox: Postbox) -> None:
    deaf = own.settings.alerts.model_copy(update={"smtp_port": 1})
    away = replace(own, settings=own.settings.model_copy(update={"alerts": deaf}))

    raise_alert(away, Cause.JOB_FAILED, "pull")

    (alert,) = known_alerts(own.db, every=False)
    assert alert.told["mail"] == {"trouble": "ConnectionRefusedError"}
    tell(own)
    (alert,) = known_alerts(own.db, every=False)
    assert "trouble" not in alert.told["mail"]
    assert len(postbox.mails) == 1
    assert told(own) == [("new", "pull", 1)]


def test_a_file_that_cannot_be_written_harms_nobody(own: Service, tmp_path: Path, postbox: Postbox) -> None:
    blocked = own.settings.alerts.model_copy(update={"file": tmp_path})
    away = replace(own, settings=own.settings.model_copy(update={"alerts": blocked}))

    raise_alert(away, Cause.JOB_FAILED, "pull")

    (alert,) = known_alerts(own.db, every=False)
    assert alert.told["file"] == {"trouble": "IsADirectoryError"}
    assert len(postbox.mails) == 1


def test_the_file_is_its_owners_alone(own: Service, tmp_path: Path) -> None:
    raise_alert(own, Cause.JOB_FAILED, "pull")

    assert stat.S_IMODE((tmp_path / "alerts.jsonl").stat().st_mode) == 0o600


def test_without_its_tables_an_alert_goes_out_all_the_same(own: Service, postbox: Postbox) -> None:
    migrate_down(own.db, "0004")

    raise_alert(own, Cause.JOB_FAILED, "pull")
    close_alert(own, [Cause.JOB_FAILED], "pull")

    assert told(own) == [("new", "pull", 1)]
    assert len(postbox.mails) == 1


@pytest.mark.usefixtures("planted_on_purpose")
def test_a_fact_that_is_not_listed_goes_nowhere(own: Service, tmp_path: Path, postbox: Postbox) -> None:
    raise_alert(own, Cause.JOB_FAILED, "pull", last_name="Testperson")

    assert "Testperson" not in (tmp_path / "alerts.jsonl").read_text("utf-8")
    assert "Testperson" not in postbox.mails[0].get_payload()


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_says_in_words_what_to_do(cause: Cause) -> None:
    about = CAUSES[cause]

    assert about.words.endswith(".")
    assert about.act.endswith(".")
    assert "\n" not in about.words.format(subject="pull")
