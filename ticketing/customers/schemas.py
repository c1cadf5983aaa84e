"""What goes in and comes out of the customer API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST_AT_ONCE = 500
ExternalId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f/]+$")]  # fmt: skip
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)] | None


class ConsentsIn(BaseModel):
    """Consents given (true) or withdrawn (false); a purpose that is absent stays as it is."""

    model_config = ConfigDict(extra="forbid")

    service: bool | None = None
    care: bool | None = None
    marketing: bool | None = None
    survey: bool | None = None


class CustomerIn(BaseModel):
    """What the company's system says of a customer. An absent member stays as it was; null takes back what was said before."""

    model_config = ConfigDict(extra="forbid")

    name: Text = None
    phone: Text = Field(default=None, description="National or with country code")
    email: Text = None
    birthday: Text = Field(default=None, description="YYYY-MM-DD")
    region: Text = None
    language: Literal["zh", "en"] | None = None
    time_zone: Text = Field(default=None, description="IANA name")
    kind: Literal["personal", "business"] | None = None
    tier: Literal["standard", "silver", "gold", "private"] | None = None
    risk_level: Literal["low", "medium", "high"] | None = None
    registered_on: Text = Field(default=None, description="YYYY-MM-DD")
    verified_on: Text = Field(default=None, description="YYYY-MM-DD")
    leaving_on: Text = Field(default=None, description="YYYY-MM-DD: when the account is to be closed")
    deceased: bool | None = None
    trades_90d: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    last_trade_on: Text = Field(default=None, description="YYYY-MM-DD")
    holdings: Text = Field(default=None, description="Yuan held in products, such as 1999.50")
    consents: ConsentsIn | None = None

    def said(self) -> dict[str, str | None]:
        """The fields that are present, as text."""
        given: dict[str, Any] = self.model_dump(exclude_unset=True, exclude={"consents"})
        return {name: _text(value) for name, value in given.items()}

    def agreed(self) -> dict[str, bool]:
        """The consents that are present."""
        return {} if self.consents is None else {
            name: value for name, value in self.consents.model_dump().items() if value is not None
        }  # fmt: skip


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


class CustomerItem(CustomerIn):
    """One customer of a batch."""

    external_id: ExternalId

    def said(self) -> dict[str, str | None]:
        """The fields that are present, as text."""
        return {name: value for name, value in super().said().items() if name != "external_id"}


class BatchIn(BaseModel):
    """Up to 500 customers; one with a problem is refused, the others are taken in."""

    model_config = ConfigDict(extra="forbid")

    customers: Annotated[list[CustomerItem], Field(min_length=1, max_length=MOST_AT_ONCE)]


class CustomerPath(BaseModel):
    """A customer by the company's own id."""

    external_id: ExternalId


class FieldProblem(BaseModel):
    """What is wrong with a field, in the caller's language."""

    field: str
    code: str
    detail: str


class CustomerOut(BaseModel):
    """What became of it; ``version`` grows whenever what is believed of the customer changes."""

    external_id: str
    outcome: Literal["new", "changed", "same", "refused"]
    version: int | None = None
    problems: list[FieldProblem] = []


class BatchOut(BaseModel):
    """One result for each customer, in the order of the request."""

    results: list[CustomerOut]
