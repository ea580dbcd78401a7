"""Hold what pages say: the contents, how lines stand, and what to do when something went wrong."""

from collections.abc import Mapping
from typing import Final

from sync.store import State

CONTENTS: Final[Mapping[str, str]] = {
    "home": "Home", "look_up": "Customers", "months": "Months", "runs": "Runs", "accounts": "Accounts",
    "looks": "Who looked at whom", "my_account": "My account",
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
