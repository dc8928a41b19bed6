"""What an expert did lately, counted."""

from decimal import Decimal

from pydantic import Field

from protocol.base import Answer

COUNTED_DAYS = 30


class ExpertStatistics(Answer):
    """Of the last `COUNTED_DAYS` days. Rings that somebody else answered, or that were taken
    back, are nobody's fault and not counted apart."""

    taken: int = Field(default=0, description="cases taken from the queue")
    response_minutes: Decimal | None = Field(
        default=None, description="mean time from ring to claim; absent where no ring was answered"
    )
    rung: int = Field(default=0, description="rings that have ended")
    declined: int = 0
    unanswered: int = 0
