"""A running call and invitations to it, for tests of what a guest meets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from sqlalchemy import update

from protocol import paths
from protocol.call import CONSENT_WORDING
from server.store.tables import InvitationRow
from tests.server.people import Valley, submitted_case
from tests.server.process import ServerProcess
from tests.server.sockets import Line, signed_in
from tests.server.tables import rows

CONSENT = {"wording": CONSENT_WORDING, "language": "zh"}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class RunningCall:
    """The clinic's doctor sits in the call of a case that the expert reads."""

    valley: Valley
    case_id: str
    clinic: Line

    def invite(self, name: str = "周女士", **more: object) -> dict[str, Any]:
        body = {"display_name": name, "kind": "patient", **more}
        answer = self.valley.doctor.send(
            "POST", paths.INVITATIONS, body, consultation_id=self.case_id
        )
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def look(self, code: str) -> httpx.Response:
        return self.ask(paths.LOOK, {"code": code})

    def redeem(
        self, code: str, consent: object = CONSENT, secret: str | None = None
    ) -> httpx.Response:
        body: dict[str, object] = {"code": code, "secret": secret}
        if consent is not None:
            body["consent"] = consent
        return self.ask(paths.REDEEM, body)

    def ask(self, path: str, body: object) -> httpx.Response:
        """As somebody without an account."""
        with self.valley.town.client() as nobody:
            return nobody.post(path, json=body)

    def states(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.valley.doctor.get(
            paths.INVITATIONS, consultation_id=self.case_id
        )
        return found

    async def end(self) -> None:
        await self.clinic.say("leave_call", consultation_id=self.case_id)
        await self.clinic.hear("call_changed", lambda frame: frame["call"] is None)


def read_case(valley: Valley) -> str:
    """A case the valley's expert reads."""
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    for action in ("accept", "start_reading"):
        assert valley.expert.act(case_id, action).status_code == 200
    return case_id


@asynccontextmanager
async def running_call(valley: Valley) -> AsyncIterator[RunningCall]:
    case_id = read_case(valley)
    token = valley.doctor.tokens.access_token
    async with signed_in(valley.town.url, valley.town.context, token) as clinic:
        await clinic.join(case_id)
        yield RunningCall(valley, case_id, clinic)


def let_run_out(server: ServerProcess) -> None:
    """The time of every invitation has passed."""
    rows(server, update(InvitationRow).values(expires_at=LONG_AGO))
