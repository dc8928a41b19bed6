"""Who asks: the account behind a request, as the rules need it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from protocol.account import Account, ExpertProfile, Role, TokenScope
from protocol.consultation import Person
from server.domain.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Who:
    """An account as it stands in the store."""

    id: UUID
    username: str
    display_name: str
    roles: frozenset[Role]
    institution_id: UUID | None = None
    institution_name: str | None = None
    institution_code: str | None = None
    institution_active: bool = True
    expert: ExpertProfile | None = None
    disabled: bool = False
    must_change_password: bool = False
    second_factor: bool = False
    records_written_since: datetime | None = None

    def person(self) -> Person:
        return Person(
            id=self.id, display_name=self.display_name, institution_name=self.institution_name
        )

    def account(self) -> Account:
        return Account(
            id=self.id,
            username=self.username,
            display_name=self.display_name,
            roles=tuple(role for role in Role if role in self.roles),
            institution_id=self.institution_id,
            institution_name=self.institution_name,
            expert=self.expert,
            disabled=self.disabled,
            must_change_password=self.must_change_password,
            records_written_since=self.records_written_since,
        )

    def needs(self, *roles: Role) -> None:
        """Raises `Forbidden` unless the account holds one of the roles."""
        if self.roles.isdisjoint(roles):
            wanted = " or ".join(role.value for role in roles)
            raise Forbidden(f"this needs the role {wanted}")


@dataclass(frozen=True, slots=True)
class CallSeat:
    """What a token of scope `call` opens: one call under one name."""

    consultation_id: UUID
    call_id: UUID
    display_name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Caller:
    """One authenticated request or socket."""

    session_id: UUID
    scope: TokenScope
    who: Who
    left: bool = False
    """Whether the person has signed out since: what was begun goes on, and nothing is read."""
