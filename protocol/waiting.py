"""Where a case stands in the queue of its department, and when an expert is expected."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from protocol.base import Answer, Moment


class WaitUnknown(StrEnum):
    """Why nobody can say how long it takes."""

    NO_EXPERT = "no_expert"  # nobody who could take it can be reached
    NO_AGREEMENT = "no_agreement"  # no hospital of the department may be asked by the clinic now
    DISPATCHER = "dispatcher"  # nobody whom it rang took it: the dispatchers decide
    NO_MEASURE = "no_measure"  # too few cases of the department were taken lately
    LONGER = "longer"  # it takes longer than the cases before it


class WaitingPlace(Answer):
    """The place of one waiting case; exactly one of `expected_at` and `unknown` is there."""

    consultation_id: UUID
    position: int = Field(ge=1, description="1 is next; by the queue's order")
    of: int = Field(ge=1, description="how many wait for the same department")
    expected_at: Moment | None = Field(
        default=None, description="when an expert takes it, at the pace measured lately"
    )
    unknown: WaitUnknown | None = None


class WaitingPlaces(Answer):
    """Of the asker's own waiting cases."""

    places: tuple[WaitingPlace, ...]


class PlacesChanged(Answer):
    """By the socket: all of the account's own waiting cases; those left out wait no more."""

    type: Literal["places_changed"] = "places_changed"
    places: tuple[WaitingPlace, ...]
