"""Steps that were done under a client's key, so that asking again does nothing twice.

The header is that of the IETF draft "The Idempotency-Key HTTP Header Field": a client that has lost
the answer sends the same step under the same key.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import ErrorCode, FieldProblem
from protocol.transition import IDEMPOTENCY_KEY
from server.domain.errors import Conflict
from server.store.counters import insert_for
from server.store.done_step_table import DoneStepRow

KEPT = timedelta(days=2)
EXPORT = "export"
EXPORTS_KEPT = timedelta(days=400)
"""An answer may be lost to a computer that is then without network for long."""


class DoneSteps:
    """Reads and writes the steps of one transaction."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    async def done_at(
        self, account_id: UUID, key: UUID, case_id: UUID, step: str
    ) -> datetime | None:
        """When the step was done already; None where it is new, which is noted. Of two at once the
        second waits here.

        Raises `Conflict` where the key was that of another step, or of another case.
        """
        noted = await self._session.scalar(
            insert_for(self._session)(DoneStepRow)
            .values(
                account_id=account_id,
                key=key,
                consultation_id=case_id,
                action=step,
                at=self._now,
            )
            .on_conflict_do_nothing()
            .returning(DoneStepRow.key)
        )
        if noted is not None:
            return None
        done = (
            await self._session.execute(
                select(DoneStepRow.consultation_id, DoneStepRow.action, DoneStepRow.at).where(
                    DoneStepRow.account_id == account_id, DoneStepRow.key == key
                )
            )
        ).one()
        if (done.consultation_id, done.action) != (case_id, step):
            raise _of_another("step" if done.consultation_id == case_id else "case")
        at: datetime = done.at
        return at

    async def prune(self) -> None:
        steps, exports = DoneStepRow.action != EXPORT, DoneStepRow.action == EXPORT
        await self._session.execute(
            delete(DoneStepRow).where(
                or_(
                    and_(steps, DoneStepRow.at < self._now - KEPT),
                    and_(exports, DoneStepRow.at < self._now - EXPORTS_KEPT),
                )
            )
        )


def _of_another(what: str) -> Conflict:
    said = f"this request's id belongs to another {what}; nothing was done: send it under a new id"
    place = FieldProblem(location=(IDEMPOTENCY_KEY,), reason=f"was that of another {what}")
    return Conflict(ErrorCode.CONFLICT, said, fields=(place,))
