"""Hold what pages say: the contents, how lines stand, and what to do when something went wrong."""

from collections.abc import Mapping
from typing import Final

from sync.errors import SyncError
from sync.rules.mismatch import Severity
from sync.store import State
from sync.store.crosswalk_versions import DraftState
from sync.store.review_states import ReviewState

CONTENTS: Final[Mapping[str, str]] = {
    "home": "Home", "reviews": "Reviews", "look_up": "Customers", "keying": "Keying", "months": "Months",
    "runs": "Runs", "crosswalk": "Crosswalk", "rehearsal": "Rehearsal", "accounts": "Accounts",
    "looks": "Who looked at whom", "my_account": "My account",
}  # fmt: skip
RUN_PAGES: Final[Mapping[str, str]] = {
    "runs": "Plan, sending, schedule", "runs_history": "What ran", "runs_pictures": "Pictures",
    "runs_connections": "Connections",
}  # fmt: skip
CROSSWALK_PAGES: Final[Mapping[str, str]] = {
    "crosswalk": "Rows", "crosswalk_drafts": "Drafts", "crosswalk_versions": "Versions",
    "crosswalk_calendar": "Calendar", "crosswalk_switches": "Switches",
    "crosswalk_use": "Use", "crosswalk_labels": "Labels", "crosswalk_proposed": "Proposed rows",
    "crosswalk_contracts": "Contracts", "crosswalk_import": "Import and export",
}  # fmt: skip
CROSSWALK_DONE: Final[Mapping[str, str]] = {
    "saved": "It is saved in this draft. Nothing is decided by it before a second person publishes it.",
    "published": "It is published: the next plan is decided by it.",
    "discarded": "The draft is discarded. It can be opened again.",
    "reopened": "The draft is open again.",
    "checked": "It is kept that the rows were checked.",
}  # fmt: skip
DRAFT_STATES: Final[Mapping[str, str]] = {
    DraftState.OPEN: "open", DraftState.PUBLISHING: "is being published", DraftState.PUBLISHED: "published",
    DraftState.DISCARDED: "discarded",
}  # fmt: skip
STATES: Final[Mapping[State, str]] = {
    State.TO_DO: "Waits to be sent or keyed",
    State.INTENDED: "Is being sent",
    State.UNCLEAR: "Unclear: it is looked up before it is tried again",
    State.WRITTEN: "Sent; no read-back shows it yet",
    State.CONFIRMED: "In iMatchSkills, as a read-back shows",
    State.REFUSED: "Refused by iMatchSkills",
    State.FLAGGED: "Needs a person",
    State.KEYED: "Keyed, as a person says; no read-back shows it yet",
    State.WITHDRAWN: "Withdrawn: the newest plan does not enter it",
}
SEVERITIES: Final[Mapping[str, str]] = {
    Severity.CLAIM: "Claims without evidence", Severity.MONEY: "Money that cannot be invoiced",
    Severity.DATA: "Records that disagree", Severity.NOTE: "Notes",
}  # fmt: skip
REVIEW_STATES: Final[Mapping[str, str]] = {
    ReviewState.OPEN: "open", ReviewState.REOPENED: "reopened", ReviewState.DEFERRED: "put off",
    ReviewState.SETTLED: "settled", ReviewState.GONE: "found no more",
}  # fmt: skip
FACET_TITLES: Final[Mapping[str, str]] = {
    "severity": "Severity", "state": "How it stands", "assigned": "Assigned to", "kind": "Kind", "reason": "Reason",
    "month": "Month", "provider": "Provider", "program": "Program",
}  # fmt: skip
DONE: Final[Mapping[str, str]] = {
    "settle": "It is settled.", "defer": "It is put off.", "assign": "It is assigned.",
    "undo": "The last act was taken back.",
}  # fmt: skip
PROBLEMS: Final[Mapping[int, tuple[str, str]]] = {
    400: ("This could not be understood", "Go back, load the page again, and try once more."),
    401: ("You are not signed in any more", "Sign in again, then repeat the last step: it was not done."),
    403: ("This page is not for your account", "If your work needs it, ask an admin for another role."),
    404: ("There is no such page", "Check the address, or begin at Home. It may also be about a customer or account "
          "that is not there, or that is not yours to see."),
    405: ("This page is not asked for in this way", "Begin at Home, and use the buttons of the pages."),
    413: ("This was too much at once", "Go back and send less text."),
    500: ("Something went wrong on our side", "Nothing was half-done. Try again; if it happens again, tell an admin "
          "when and on which page."),
}  # fmt: skip


def first_up(words: str) -> str:
    """Return words as at the beginning of a sentence; an id that they begin with stays as it is."""
    first, _, _ = words.partition(" ")
    return words if ":" in first else f"{words[:1].upper()}{words[1:]}"


def in_full(wrong: SyncError) -> str:
    """Say what went wrong and what to do, as sentences."""
    return f"{first_up(wrong.what)}. {wrong.advice}"
