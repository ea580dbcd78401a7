"""The project speaks the field's words and of itself alone."""

import re
import subprocess

import pytest

from sync.explain.mismatches import as_markdown as mismatches_as_markdown
from sync.model import TABLES, Reason, RuleSettings
from sync.model.schemas import as_markdown as tables_as_markdown
from sync.rules.book import BOOK, as_markdown, missing, rules_of
from tests.support import ROOT

VAGUE = re.compile(r"\b(?:utils?|helpers?|common|manager|handler|misc)\b", re.IGNORECASE)
PLACES = re.compile(r"/(?:work|root|home|tmp)/[a-z]")
OWN = {"tests/test_words.py", "uv.lock", "LICENSE"}


def _texts() -> dict[str, str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = {}
    for name in listed.split("\n"):
        path = ROOT / name
        if name and name not in OWN and path.is_file() and path.suffix not in {".xlsx", ".png", ".lock", ".woff2"}:
            texts[name] = path.read_text("utf-8")
    return texts


def test_no_module_or_function_has_a_vague_name() -> None:
    names = [name for name in _texts() if name.startswith("sync/") and VAGUE.search(name.replace("_", " "))]
    defined = [
        f"{name}: {found}"
        for name, text in _texts().items()
        if name.startswith("sync/")
        for found in re.findall(r"(?:def|class) (\w+)", text)
        if VAGUE.search(found.replace("_", " "))
    ]

    assert not names + defined


def test_no_path_of_a_machine_stands_in_the_project() -> None:
    assert not [name for name, text in _texts().items() if PLACES.search(text)]


def test_the_rule_book_gives_every_reason() -> None:
    assert missing() == []
    assert {rule.reason for rules in BOOK.values() for rule in rules} == set(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_every_rule_says_in_words_what_to_do_and_on_what_it_rests(reason: Reason) -> None:
    for rule in rules_of(reason):
        assert rule.words.endswith(".")
        assert rule.act.endswith(".")
        assert "Guide" in rule.source or "agreed" in rule.source


def test_the_page_of_reasons_is_up_to_date() -> None:
    page = (ROOT / "docs" / "reasons.md").read_text("utf-8")

    assert page == as_markdown(), "run `make docs`"


def test_the_page_of_mismatches_is_up_to_date() -> None:
    page = (ROOT / "docs" / "mismatches.md").read_text("utf-8")

    assert page == mismatches_as_markdown(), "run `make docs`"


def test_the_page_of_tables_is_up_to_date() -> None:
    page = (ROOT / "docs" / "tables.md").read_text("utf-8")

    assert page == tables_as_markdown(), "run `make docs`"


def test_every_setting_is_a_question_to_its_owner() -> None:
    questions = (ROOT / "docs" / "questions.md").read_text("utf-8")
    sections = RuleSettings.model_fields
    settings = [
        f"{name}.{key}" if hasattr(field.annotation, "model_fields") else name
        for name, field in sections.items()
        for key in getattr(field.annotation, "model_fields", {"": None})
        if name != "components"
    ]

    assert not [name for name in settings if f"`{name}`" not in questions]


def test_the_glossary_explains_the_words_of_the_code() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")

    for word in ("candidate", "component", "era", "finding", "line", "reason", "seeker", "standing", "step", "unit"):
        assert f"\n| {word} |" in glossary


def test_the_readme_names_every_table_of_the_decisions() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    used = [name for name, table in TABLES.items() if table.makes_lines or name.startswith("ims_")]
    assert not [name for name in used if f"`{name}`" not in readme]
