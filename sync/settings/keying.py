"""Hold the settings of the keying queue."""

from pydantic import Field

from sync.settings.section import Section


class KeyingSettings(Section):
    """How long a keyer holds a customer, and how long it takes to key an entry.

    claim_min          minutes without a word after which what was begun is unclear
    seconds_per_entry  a guess until somebody measures it; it makes the time saved out of counted entries
    """

    claim_min: int = Field(default=15, ge=1, le=240)
    seconds_per_entry: int = Field(default=90, ge=1, le=3600)
