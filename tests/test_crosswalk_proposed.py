"""What staff answers again and again, always alike, is proposed as rows; nothing is taken by itself."""

from pathlib import Path

import pytest

from sync.crosswalk.texts import read_files
from sync.errors import WrongCall
from sync.jobs.crosswalk_drafts import configured_by, mistakes_of
from sync.jobs.crosswalk_proposed import Proposal, proposals, propose
from sync.jobs.crosswalk_put import Said
from sync.jobs.service import Service
from sync.pretend.person import Act, Person, entry, payment, training
from sync.pretend.person import service as coached
from sync.store import Database, migrate, open_database
from tests.configurations import Command
from tests.crosswalks import adopted, edited
from tests.services import lay_exports
from tests.test_crosswalk_impact import plan_of

SAID = Said("staff always say so", "the last year")
CLOTHES = "Clothing and Personal Care"
Answers = list[tuple[Act, ...]]


@pytest.fixture
def place(database: Database, tmp_path: Path) -> tuple[Service, Path]:
    return adopted(database, tmp_path)


def answered(kind: str, answer: str) -> Act:
    """Answer about the row of a kind that was entered last."""

    def act(person: Person) -> None:
        table = {"payment": "payments", "service": "services"}[kind]
        row = next(iter(person.tables[table][-1].values()))
        person.add(
            "choices", line_id=f"{kind}:{row}", answer=answer, answered_by="DEMO-STAFF", answered_on="2026-04-10"
        )

    return act


def paid(answer: str, vendor: str = "Testvendor", kind: str = CLOTHES) -> tuple[Act, ...]:
    return coached("2026-04-07"), payment("2026-04-08", payment_type=kind, paid_to=vendor), answered("payment", answer)


def planned(made: Service, folder: Path, *people: tuple[Act, ...]) -> list[Proposal]:
    """Let these people be planned about, with what staff answered; return what is proposed."""
    tables: dict[str, list[dict[str, str]]] = {"ims_entries": []}
    for number, acts in enumerate(people, start=1):
        person = Person(number)
        for act in acts:
            act(person)
        for name, rows in person.tables.items():
            tables.setdefault(name, []).extend(rows)
    lay_exports(folder, tables)
    plan_of(made)
    return proposals(made)


def test_a_type_that_staff_always_choose_is_proposed_as_the_only_one(
    place: tuple[Service, Path], tmp_path: Path
) -> None:
    made, config = place

    found = planned(made, tmp_path, *(paid("work clothes/shoes", vendor=f"Vendor {number}") for number in range(3)))
    draft = propose(made, found[0].key, SAID)

    (one,) = found
    assert (one.sentence, one.lines, one.against, one.why_not) == (
        f"Payments of the type {CLOTHES} are always Work Clothes/Shoes", 3, 0, ""
    )  # fmt: skip
    assert one.change.sentences == [
        f"support: {CLOTHES}, Job Search Clothes/Shoes: ends on 2026-03-31",
        f"support: {CLOTHES}, Other-Personal Hygiene: ends on 2026-03-31",
    ]
    assert one.example == "payment:DEMO-01-PAY1"
    assert mistakes_of(draft.files) == []
    assert configured_by(made, draft.files).configuration.crosswalk.on(made.today).support_types(None, CLOTHES) == (
        "Work Clothes/Shoes",
    )
    assert draft.files["crosswalk/services.csv"] == read_files(config)["crosswalk/services.csv"]


def test_answers_that_differ_are_shown_and_not_proposed(place: tuple[Service, Path], tmp_path: Path) -> None:
    made, _ = place

    found = planned(made, tmp_path, *(paid("Bus Pass", vendor, "Transportation") for vendor in "aaab"),
                    paid("Gas Voucher", "c", "Transportation"))  # fmt: skip

    (one,) = [one for one in found if "are mostly Bus Pass" in one.sentence]
    assert (one.lines, one.against, one.why_not) == (4, 1, "1 of the same are answered otherwise")
    with pytest.raises(WrongCall, match="answered otherwise"):
        propose(made, one.key, SAID)


def test_a_vendor_whose_payments_are_always_of_one_type_is_named_by_an_example(
    place: tuple[Service, Path], tmp_path: Path
) -> None:
    made, _ = place

    found = planned(made, tmp_path, *[paid("Bus Pass", "Testwheels", "Transportation")] * 3,
                    paid("Gas Voucher", "Testvendor", "Transportation"))  # fmt: skip

    of_vendor = next(one for one in found if "one vendor" in one.sentence)
    assert (of_vendor.lines, of_vendor.against, of_vendor.example) == (3, 0, "payment:DEMO-01-PAY1")
    assert "does not look at vendors" in of_vendor.why_not
    assert not [one for one in found if "Testwheels" in one.sentence + "".join(one.change.sentences)]


def test_twice_is_not_often_enough(place: tuple[Service, Path], tmp_path: Path) -> None:
    assert planned(place[0], tmp_path, *[paid("Work Clothes/Shoes")] * 2) == []


def test_only_the_newest_answer_of_a_line_counts(place: tuple[Service, Path], tmp_path: Path) -> None:
    def again(person: Person) -> None:
        person.add("choices", **{**person.tables["choices"][-1], "answer": "Job Search Clothes/Shoes",
                                 "answered_on": "2026-04-12"})  # fmt: skip

    found = planned(place[0], tmp_path, *[paid("Work Clothes/Shoes")] * 2, (*paid("Work Clothes/Shoes"), again))

    assert found == []


def same_at(provider: str, answer: str = "same") -> tuple[Act, ...]:
    """Let a coaching stand in iMatchSkills with another provider, and staff say whether it is the same."""
    return coached("2026-04-07"), entry("2026-04-07", provider=provider), answered("service", answer)


def test_a_provider_that_staff_always_say_is_the_same_is_proposed_as_an_alias(
    place: tuple[Service, Path], tmp_path: Path
) -> None:
    made, config = place

    (one,) = planned(made, tmp_path, *[same_at("I.R.C.O.")] * 3)
    draft = propose(made, one.key, SAID)

    assert one.sentence == "The provider I.R.C.O. in iMatchSkills is always IRCO in I-Trac"
    assert draft.files == edited(config, "aliases", "provider,,I.R.C.O.,IRCO,,,staff always say so")


def test_a_provider_that_is_sometimes_another_is_not_proposed(place: tuple[Service, Path], tmp_path: Path) -> None:
    people = [*[same_at("I.R.C.O.")] * 3, same_at("I.R.C.O.", "different")]

    (one,) = planned(place[0], tmp_path, *people)

    assert (one.lines, one.against) == (3, 1)
    assert one.why_not == "1 of the same are answered otherwise"


def test_what_is_always_selected_in_imatchskills_is_proposed_as_a_funder_row(
    place: tuple[Service, Path], tmp_path: Path
) -> None:
    made, config = place
    component = "Pre-Apprenticeship/Apprenticeship"
    funded = entry("2026-04-07", provider="Testbridge", name=component, funder_selection="Funder")

    def moved(person: Person) -> None:
        for rows in person.tables.values():
            for row in rows:
                row.update({"provider": "Testbridge"} if row.get("provider") == "POIC" else {})

    (one,) = planned(made, tmp_path, *[(training("2026-04-07"), moved, funded)] * 3)
    draft = propose(made, one.key, SAID)

    assert one.sentence == f"In iMatchSkills, {component} of CCTP at Testbridge is always selected as Funder"
    row = f"{component},CCTP,Testbridge,Funder,,,staff always say so"
    assert draft.files == edited(config, "funders", row)
    with pytest.raises(WrongCall, match="there is no proposal"):
        propose(made, "0" * 12, SAID)


def test_the_command_lists_proposals_and_puts_one_in_a_draft(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'ims-sync.db'}"
    with open_database(url) as database:
        migrate(database)
        made, config = adopted(database, tmp_path)
        planned(made, tmp_path, *[same_at("I.R.C.O.")] * 3)
    command = Command(monkeypatch, capsys)
    place = ("--config", config, "--database", url)

    _, told = command.json("crosswalk", "proposals", *place)
    _, said, _ = command("crosswalk", "proposals", *place)
    (one,) = told["proposals"]
    wish = ("--propose", one["key"], "--reason", "a", "--checked", "b")
    code, draft, _ = command("crosswalk", "proposals", *wish, *place)

    assert (one["lines"], one["against"], one["why_not"]) == (3, 0, None)
    assert "aliases: added: provider, I.R.C.O., IRCO" in said
    assert (code, draft.startswith("Draft 1 is saved")) == (0, True)
