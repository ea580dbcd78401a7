"""Say how long what is kept, and why; `ims-sync purge` goes by it.

The audit trail is not among them: it is never purged. Nor is what the ledger needs so that no line is entered twice.
"""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

SILENT: Final = "the guides are silent on it"


class Kept(BaseModel):
    """How many months something is kept after it was last needed, and why so long."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    months: int = Field(ge=1, le=1200)
    reason: str = Field(min_length=1)


class Retention(BaseModel):
    """How long each kind of record is kept.

    pulled_rows  versions of rows that no longer stand in I-Trac or iMatchSkills
    plans        the lines of plans that a newer one has taken the place of
    bodies       what was sent for a line, from when it was confirmed
    attempts     each try at a line and what was answered, from when it was confirmed
    words        what a person or the other system said of a line that is settled
    keying       who held which customer to key, and what they said of each entry, from when the claim ended
    months       the lines of a month as it was signed; after that nothing of the month is offered any more
    runs         which jobs ran, but for the newest that the brake looks at
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    pulled_rows: Kept = Kept(months=84, reason=f"{SILENT}; evidence for audits of seven years")
    plans: Kept = Kept(months=84, reason=f"{SILENT}; what was approved, for audits of seven years")
    bodies: Kept = Kept(months=84, reason=f"{SILENT}; what was sent, for audits of seven years")
    attempts: Kept = Kept(months=84, reason=f"{SILENT}; when it was sent, for audits of seven years")
    words: Kept = Kept(months=84, reason=f"{SILENT}; why it was settled so, for audits of seven years")
    keying: Kept = Kept(months=84, reason=f"{SILENT}; who keyed what, for audits of seven years")
    months: Kept = Kept(months=84, reason=f"{SILENT}; what was signed, for audits of seven years")
    runs: Kept = Kept(months=84, reason=f"{SILENT}; who ran what, for audits of seven years")
