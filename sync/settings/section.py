"""Give every section of the settings the same manners: unknown keys are refused, and values never shown."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section of settings.toml, frozen once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
