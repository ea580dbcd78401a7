"""Labels that nothing knows are found in our own rows, with what they may stand for; a person decides."""

from pathlib import Path

import polars as pl
import pytest

from sync.errors import WrongCall
from sync.jobs.crosswalk_drafts import configured_by, mistakes_of
from sync.jobs.crosswalk_edits import Words, looked_at
from sync.jobs.crosswalk_impact import impact
from sync.jobs.crosswalk_labels import SeenLabel, clears, labels, propose
from sync.jobs.crosswalk_publish import adopt
from sync.jobs.crosswalk_put import Said, said
from sync.jobs.decide_files import read_configuration
from sync.jobs.service import Service
from sync.pretend.person import entry, payment, together
from sync.pretend.person import service as coached
from sync.rules.similar import score
from sync.store import Database, migrate, open_database
from tests.configurations import Command, added, copied
from tests.crosswalks import adopted, edited
from tests.services import service as service_over
from tests.sink import Sink, leaks
from tests.test_crosswalk_impact import lay, plan_of, replanned, unlike

SAID = Said("both mean the same", "asked the provider")
TYPED = "Coaching with Testperson"


@pytest.fixture
def place(database: Database, tmp_path: Path) -> tuple[Service, Path]:
    return adopted(database, tmp_path)


def seen(made: Service, label: str, **cells: object) -> SeenLabel:
    (found,) = [one for one in labels(made).found if one.label == label]
    assert all(getattr(found, name) == cell for name, cell in cells.items())
    return found


def likely(one: SeenLabel) -> list[str]:
    return [other.stands_for for other in one.suggestions]


def test_labels_of_every_kind_that_nothing_knows_are_found(place: tuple[Service, Path], tmp_path: Path) -> None:
    made, _ = place
    lay(tmp_path, [
        coached("2026-04-07", service="Carreer Coaching"), coached("2026-04-08", service="carreer  coaching"),
        coached("2026-04-07", program="EOP Portlnd"), coached("2026-04-07", provider="IRC0"),
        coached("2026-04-07", control="Service"), coached("2026-04-07", status="Compleeted"),
        payment("2026-04-08", payment_type="Childcare"), payment("2026-04-08", status="Payed"),
        entry("2026-04-07", name="Job Search Trainings"),
    ])  # fmt: skip
    plan_of(made)

    found = {(one.kind, one.label): (one.rows, likely(one)[:1]) for one in labels(made).found}

    assert found == {
        ("service", "carreer  coaching"): (2, ["Career Coaching"]), ("program", "EOP Portlnd"): (1, ["EOP Portland"]),
        ("provider", "IRC0"): (1, ["IRCO"]), ("control", "Service"): (1, ["Services"]),
        ("status", "Compleeted"): (1, ["Completed"]), ("payment_type", "Childcare"): (1, ["Child Care"]),
        ("status", "Payed"): (1, ["Paid"]), ("component", "Job Search Trainings"): (1, ["Job Search Training"]),
    }  # fmt: skip


def test_what_the_guides_and_the_screens_know_is_no_unknown_label(place: tuple[Service, Path], tmp_path: Path) -> None:
    made, _ = place
    lay(tmp_path, [
        coached("2026-04-07"), coached("2026-04-07", service="OST"), coached("2026-04-07", status="Next Step"),
        coached("2026-04-07", status="canceled"), coached("2026-04-07", program="Keys to Progress", service="Any"),
        coached("2026-04-07", program="Career Boost"), payment("2026-04-08", status="Pending"),
        payment("2026-04-08", control="Training & Education Service Payments", payment_type="Tuition"),
        coached("2026-04-07", service="Workforce Prep"),
    ])  # fmt: skip
    plan_of(made)

    assert labels(made).found == []


def test_a_label_that_was_known_on_the_day_of_its_row_is_not_found(database: Database, tmp_path: Path) -> None:
    config = copied(tmp_path)
    added(config, "services", "EOP Portland,Services,Baking,Job Search Training,,2026-03-31,x")
    added(config, "aliases", "service,EOP Portland,Bakery,Baking,,2026-03-31,x")
    made = adopted_over(database, tmp_path, config)
    lay(tmp_path, [coached("2026-03-09", service="Bakery"), coached("2026-04-07", service="Bakery")])
    plan_of(made)

    assert seen(made, "Bakery").rows == 1


def adopted_over(database: Database, folder: Path, config: Path) -> Service:
    made = service_over(database, folder, configuration=read_configuration(config))
    adopt(made, config, reason="the first")
    return made


def test_what_an_alias_clears_is_worked_out_by_deciding_again(place: tuple[Service, Path], tmp_path: Path) -> None:
    made, config = place
    lay(tmp_path, [coached("2026-04-07", service="Coaching")], [coached("2026-04-07", service="Coaching")],
        [together(coached("2026-04-07"), coached("2026-04-09", service="Coaching"))],
        [coached("2026-04-07", service="Coaching"), payment("2026-04-08", amount="25.00")])  # fmt: skip
    before = plan_of(made)
    alias = "service,EOP Portland,Coaching,Career Coaching,,,asked"

    (first,) = labels(made, work_out=1).found[0].suggestions
    told = first.clears
    after = replanned(configured_by(made, edited(config, "aliases", alias)))

    assert told is not None
    changed = unlike(before, after)
    assert told.lines == len(changed) == len(impact(made, edited(config, "aliases", alias)).changed)
    flagged = {*before.filter(pl.col("decision") == "flag")["line_id"]} - {
        *after.filter(pl.col("decision") == "flag")["line_id"]
    }
    assert (told.flags, told.enters, told.cents) == (len(flagged), 4, 2500)
    assert told.flags == 4


def test_an_alias_goes_into_a_draft_and_from_there_the_road_of_every_draft(
    place: tuple[Service, Path], tmp_path: Path
) -> None:
    made, config = place
    lay(tmp_path, [coached("2026-04-07", service="Coaching")])
    plan_of(made)
    one = seen(made, "Coaching", kind="service", program="EOP Portland", control="Services", near=True)

    draft = propose(made, one.key, " Career  Coaching ", said=SAID)
    more = propose(
        made, one.key, "Career Coaching", said=Said("all", "all", looked_at(made, draft.id).on), everywhere=True
    )

    alias = "service,EOP Portland,Coaching,Career Coaching,,,both mean the same"
    assert draft.files == edited(config, "aliases", alias)
    assert (draft.author, draft.reason, draft.checked) == ("tester", "both mean the same", "asked the provider")
    assert more.id == draft.id
    assert more.files == edited(config, "aliases", alias, "service,,Coaching,Career Coaching,,,all")
    assert mistakes_of(draft.files) == []


def test_a_row_that_is_there_already_is_not_put_twice(place: tuple[Service, Path], tmp_path: Path) -> None:
    made, _ = place
    lay(tmp_path, [coached("2026-04-07", service="Coaching")])
    plan_of(made)
    key = seen(made, "Coaching").key
    draft = propose(made, key, "Career Coaching", said=SAID)

    with pytest.raises(WrongCall, match="a row for this already"):
        propose(made, key, "Career Mapping Workshop", said=Said("all", "all", looked_at(made, draft.id).on))
    with pytest.raises(WrongCall, match="what the label stands for"):
        propose(made, key, " ", said=SAID)
    with pytest.raises(WrongCall, match="there is no label"):
        propose(made, "0" * 12, "Career Coaching", said=SAID)
    with pytest.raises(WrongCall, match="reason is missing"):
        propose(made, key, "Career Coaching", said=Said("", "x"))
    with pytest.raises(WrongCall, match="no draft 9"):
        said(made, Words("x", "x"), 9)


def test_an_alias_that_cannot_stand_says_why_in_place_of_what_it_clears(
    place: tuple[Service, Path], tmp_path: Path
) -> None:
    made, _ = place
    lay(tmp_path, [coached("2026-04-07", service="Coaching")])
    plan_of(made)
    key = seen(made, "Coaching").key

    _, told = clears(made, key, "OST", everywhere=True)
    one, good = clears(made, key, "Career Coaching")

    assert "alias loop" in told.mistakes[0]
    assert told.lines == 0
    assert (one.label, good.mistakes, good.flags) == ("Coaching", (), 1)


def test_a_label_that_holds_a_name_is_in_no_log(place: tuple[Service, Path], tmp_path: Path, sink: Sink) -> None:
    made, _ = place
    lay(tmp_path, [coached("2026-04-07", service=TYPED)])
    plan_of(made)

    found = labels(made, work_out=1).found[0]
    propose(made, found.key, "Career Coaching", said=SAID)

    assert found.label == TYPED
    assert leaks(TYPED)
    assert sink.found() == []
    assert not leaks(found.key)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("Coaching", "Career Coaching", True), ("Career Coachng", "Career Coaching", True),
     ("Occ Skills Trng", "Occupational Skills Training", True), ("Basket Weaving", "Career Mapping", False),
     ("Painting", "Pre-Requisite Training", False), ("Housing Works", "Work Experience", False)],
)  # fmt: skip
def test_suggestions_are_made_for_what_reads_alike_alone(one: str, other: str, alike: bool) -> None:
    assert (score(one, other) >= 65) == alike


def test_the_command_lists_labels_and_puts_an_alias_in_a_draft(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'ims-sync.db'}"
    with open_database(url) as database:
        migrate(database)
        made, config = adopted(database, tmp_path)
        lay(tmp_path, [coached("2026-04-07", service="Coaching")])
        plan_of(made)
    command = Command(monkeypatch, capsys)
    place = ("--config", config, "--database", url)

    code, told = command.json("crosswalk", "labels", *place)
    _, said, _ = command("crosswalk", "labels", "--work-out", "0", *place)
    (one,) = told["labels"]
    wish = ("--propose", f"{one['key']}=Career Coaching", "--reason", "a", "--checked", "b")
    _, draft = command.json("crosswalk", "labels", *wish, *place)
    unsaid, _, _ = command("crosswalk", "labels", "--propose", one["key"], *place)

    assert code == 0
    assert (one["label"], one["rows"], one["near_miss"]) == ("Coaching", 1, True)
    assert one["suggestions"][0]["clears"] == {"lines": 1, "flags": 1, "enters": 1, "money": "0.00", "mistakes": []}
    assert "An alias says that both mean the same" in said
    assert (draft["draft"], unsaid) == (1, 2)
