"""What is to be written of the clinic's cases at the hospital, as far as the screen needs it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

from app.net.emr.writes import HospitalWrite, WriteFault
from app.session.emr import EmrTrouble


@dataclass(frozen=True, slots=True)
class WriteTrouble:
    """One resource that the hospital does not take; `said` are its server's words."""

    kind: str
    fault: WriteFault
    status: int = 0
    said: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CaseWrites:
    """Of one case: `done` of `of` resources are there. `trouble`: why it waits by itself, until
    `next_at`; `fault` and `troubles`: what somebody has to mend."""

    consultation_id: UUID
    number: str
    done: int
    of: int
    whose: str = field(default="", repr=False)
    sending: bool = False
    fault: WriteFault | None = None
    troubles: tuple[WriteTrouble, ...] = ()
    trouble: EmrTrouble | None = None
    next_at: datetime | None = None

    @classmethod
    def seen(
        cls, entry: HospitalWrite, trouble: EmrTrouble | None = None, *, sending: bool = False
    ) -> Self:
        """As the outbox has it."""
        troubles = tuple(
            WriteTrouble(one.kind, one.fault, one.status, one.said)
            for one in entry.parts
            if one.fault is not None
        )
        return cls(
            consultation_id=entry.consultation_id,
            number=entry.number,
            done=sum(1 for one in entry.parts if not one.resource),
            of=len(entry.parts),
            whose=entry.whose,
            sending=sending,
            fault=entry.fault,
            troubles=troubles,
            trouble=trouble,
            next_at=entry.next_at if trouble is not None else None,
        )

    @property
    def mends(self) -> bool:
        """Whether somebody has to do something."""
        return self.fault is not None or bool(self.troubles)


@dataclass(frozen=True, slots=True)
class WritesSeen:
    """Every case of which something waits, or is refused."""

    writes: tuple[CaseWrites, ...]
