"""What an auditor wants to see."""

from dataclasses import dataclass

from app.session.auditing import AuditQuery


@dataclass(frozen=True, slots=True)
class WishSearchAudit:
    query: AuditQuery


@dataclass(frozen=True, slots=True)
class WishMoreAudit:
    """The lines that follow."""


AuditWish = WishSearchAudit | WishMoreAudit
