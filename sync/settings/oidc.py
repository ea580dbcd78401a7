"""Hold the settings of signing in with accounts that the agency has already, by OpenID Connect."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from sync.settings.section import Section, https


class OidcSettings(Section):
    """Who says who somebody is; blank issuer = nobody but ims-sync itself.

    issuer   what the provider calls itself; its description is at issuer + /.well-known/openid-configuration
    label    what people call their accounts there, as it stands on the button
    """

    issuer: Annotated[str, AfterValidator(https)] = ""
    label: str = Field(default="your agency's account", min_length=1, max_length=60)
    timeout_s: float = Field(default=10, gt=0, le=60)
    client_id: SecretStr = SecretStr("")
    client_secret: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _client_is_known(self) -> Self:
        if self.issuer and not self.client_id.get_secret_value():
            raise ValueError("issuer is given, but IMS_SYNC_OIDC__CLIENT_ID is not set")
        return self
