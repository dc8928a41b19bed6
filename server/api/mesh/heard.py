"""What other processes did, learnt from the facts they told."""

from uuid import UUID

import orjson

from protocol.consultation import Phase
from server.api.services.acting import Acting
from server.api.services.identity import Identity
from server.api.services.partings import Partings
from server.api.services.presences import Presences
from server.api.services.waiting import Waiting
from server.domain.ports import Delivery


class HeardFacts:
    """Does for a step of another process what `Acting.on_step` does for one of this."""

    def __init__(
        self,
        identity: Identity,
        acting: Acting,
        presences: Presences,
        waiting: Waiting,
        partings: Partings,
    ) -> None:
        self._identity = identity
        self._acting = acting
        self._presences = presences
        self._waiting = waiting
        self._partings = partings

    def heard(self, delivery: Delivery) -> None:
        """After it was delivered to whom it concerns here."""
        if delivery.session_id is not None:
            self._identity.over(delivery.session_id)
            return
        fact = orjson.loads(delivery.payload)
        if fact["type"] != "consultation_changed":
            return
        row = fact["consultation"]
        case_id, holder = UUID(row["id"]), row["expert"]
        self._acting.on_change(case_id)
        self._presences.moved(
            case_id, None if holder is None else UUID(holder["id"]), Phase(row["phase"])
        )
        self._waiting.moved()
        self._partings.moved(case_id)
