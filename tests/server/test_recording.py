"""A call is recorded with everybody's consent, is kept for the two who treat, and deleted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from protocol import paths
from server.api.site import recording_terms
from server.settings import Settings
from server.store.recording_tables import RecordingConsentRow, RecordingRow
from server.store.tables import AuditRow, CallRow
from tests.server.edge import centre_at, town_of
from tests.server.invitations import CONSENT, RunningCall, running_call
from tests.server.people import Someone, Town, Valley, make_valley
from tests.server.process import ServerProcess
from tests.server.recordings import AGREED, answer, ask, complete, put, recording, stop
from tests.server.sockets import Line, signed_in
from tests.server.tables import rows

TONE = b"\x1aE\xdf\xa3 a piece of a recording " * 40
NEXT = TONE[::-1]


@dataclass
class Recorded:
    """The clinic's doctor and the expert in a call that the expert has had recorded."""

    call: RunningCall
    expert: Line
    id: str


@asynccontextmanager
async def in_call(valley: Valley) -> AsyncIterator[tuple[RunningCall, Line]]:
    url, context = valley.town.url, valley.town.context
    async with (
        running_call(valley) as call,
        signed_in(url, context, valley.expert.tokens.access_token) as expert,
    ):
        await expert.join(call.case_id)
        yield call, expert


@asynccontextmanager
async def recorded(valley: Valley) -> AsyncIterator[Recorded]:
    async with in_call(valley) as (call, expert):
        await ask(expert, call.case_id)
        told = await recording(call.clinic, "asking")
        await answer(call.clinic, call.case_id, told["id"], AGREED)
        await recording(expert, "running")
        yield Recorded(call, expert, told["id"])


@asynccontextmanager
async def guest_of(call: RunningCall) -> AsyncIterator[tuple[Line, dict[str, Any]]]:
    ticket = call.redeem(call.invite()["code"], CONSENT).json()
    town = call.valley.town
    async with signed_in(town.url, town.context, ticket["access_token"]) as line:
        yield line, await line.join(call.case_id)


async def end(made: Recorded) -> None:
    await made.expert.say("leave_call", consultation_id=made.call.case_id)
    await made.call.end()


def listed(who: Someone, case_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = who.get(paths.RECORDINGS, consultation_id=case_id)
    return found


def trail(server: ServerProcess, recording_id: str) -> list[str]:
    entries = select(AuditRow.access, AuditRow.resource, AuditRow.detail)
    entries = entries.where(AuditRow.target == recording_id).order_by(AuditRow.at, AuditRow.id)
    return [" ".join(entry) for entry in rows(server, entries)]


async def test_all_are_asked_and_nothing_runs_before_the_last_has_agreed(
    valley: Valley, server: ServerProcess
) -> None:
    async with in_call(valley) as (call, expert), guest_of(call) as (guest, seated):
        assert seated["call"]["recording_terms"]["kept_days"] == 1096
        await ask(expert, call.case_id)
        told = await recording(guest, "asking")
        assert (told["asker_name"], told["began_at"]) == ("陈专家", None)
        assert len(told["awaited"]) == 2
        await answer(call.clinic, call.case_id, told["id"], AGREED)
        agreed = await guest.hear("call_changed", one_is_awaited)
        assert agreed["call"]["recording"]["phase"] == "asking"
        await answer(guest, call.case_id, told["id"], {**AGREED, "language": "en"})
        for line in (call.clinic, expert, guest):
            assert (await recording(line, "running"))["began_at"] is not None
        kept = rows(
            server,
            select(
                RecordingConsentRow.kind, RecordingConsentRow.wording, RecordingConsentRow.language
            ).where(RecordingConsentRow.recording_id == UUID(told["id"])),
        )
        assert {kind for kind, _, _ in kept} == {"expert", "requester", "patient"}
        assert {(wording, said) for _, wording, said in kept} == {
            (AGREED["wording"], "zh"),
            (AGREED["wording"], "en"),
        }
        lines = trail(server, told["id"])
        assert lines[0] == "create recording asked"
        assert len([line for line in lines if line.startswith("create consent")]) == 3
        assert lines[-1] == "execute recording running"


def one_is_awaited(frame: dict[str, Any]) -> bool:
    told = frame["call"]["recording"]
    return told is not None and len(told["awaited"]) == 1


async def test_one_refusal_ends_the_asking_and_names_nobody(valley: Valley) -> None:
    async with in_call(valley) as (call, expert), guest_of(call) as (guest, _):
        await ask(expert, call.case_id)
        told = await recording(guest, "asking")
        await answer(guest, call.case_id, told["id"])
        for line in (expert, call.clinic, guest):
            ended = await recording(line, "ended")
            assert ended["end"] == "refused"
            assert (ended["awaited"], ended["agreed"]) == ([], [])
        assert listed(valley.doctor, call.case_id) == [], "nothing was recorded"
        await ask(expert, call.case_id)  # asking again is allowed
        assert (await recording(guest, "asking"))["id"] != told["id"]


async def test_who_comes_later_is_asked_while_the_recording_waits(valley: Valley) -> None:
    async with recorded(valley) as made, guest_of(made.call) as (guest, seated):
        assert seated["call"]["recording"]["phase"] == "paused"
        assert seated["call"]["recording"]["awaited"] == [seated["peer_id"]]
        await recording(made.expert, "paused")
        await answer(guest, made.call.case_id, made.id, AGREED)
        await recording(made.expert, "running")


async def test_anybody_withdraws_at_any_time_and_it_stops_at_once(valley: Valley) -> None:
    async with recorded(valley) as made:
        await answer(made.call.clinic, made.call.case_id, made.id)
        assert (await recording(made.expert, "ended"))["end"] == "withdrawn"
        await answer(made.call.clinic, made.call.case_id, made.id, AGREED)
        refused = await made.call.clinic.hear("refused")
        assert refused["problem"]["code"] == "conflict", "nothing follows the end"


async def test_it_waits_while_a_line_is_broken_because_nobody_could_withdraw_on_it(
    valley: Valley,
) -> None:
    async with recorded(valley) as made:
        url, context = valley.town.url, valley.town.context
        seat = made.call.clinic
        before = await recording_seat(made, valley.doctor)
        await seat.break_off()
        await recording(made.expert, "paused")
        async with signed_in(url, context, valley.doctor.tokens.access_token) as again:
            joined = await again.join(made.call.case_id, seat=before)
            assert joined["resumed"]
            await recording(made.expert, "running")


async def recording_seat(made: Recorded, who: Someone) -> str:
    state = who.get(paths.CALL, consultation_id=made.call.case_id)
    return next(str(p["peer_id"]) for p in state["participants"] if p["account_id"] == str(who.id))


async def test_when_the_asker_leaves_it_ends(valley: Valley) -> None:
    async with recorded(valley) as made:
        await made.expert.say("leave_call", consultation_id=made.call.case_id)
        assert (await recording(made.call.clinic, "ended"))["end"] == "asker_left"


async def test_who_may_ask_and_stop(valley: Valley) -> None:
    async with in_call(valley) as (call, expert), guest_of(call) as (guest, _):
        await ask(guest, call.case_id)
        assert (await guest.hear("refused"))["problem"]["code"] == "not_a_member"
        await ask(expert, call.case_id, {"wording": "2001-01-01", "language": "zh"})
        assert (await expert.hear("refused"))["problem"]["code"] == "consent_required"
        await ask(call.clinic, call.case_id)
        told = await recording(expert, "asking")
        await ask(expert, call.case_id)
        assert (await expert.hear("refused"))["problem"]["code"] == "conflict"
        await stop(expert, call.case_id, told["id"])
        assert (await expert.hear("refused"))["problem"]["code"] == "forbidden"
        await stop(call.clinic, call.case_id, told["id"])
        assert (await recording(guest, "ended"))["end"] == "stopped"


async def test_pieces_come_in_any_order_twice_and_are_verified_before_they_count(
    valley: Valley, server: ServerProcess
) -> None:
    async with recorded(valley) as made:
        who, id_ = valley.expert, made.id
        assert put(who, id_, 1, NEXT).status_code == 200
        assert put(who, id_, 0, TONE, sha256="0" * 64).json()["code"] == "hash_mismatch"
        early = complete(who, id_, TONE, NEXT)
        assert (early.status_code, early.json()["code"]) == (422, "hash_mismatch")
        there = who.get(paths.RECORDING_PIECES, recording_id=id_)["pieces"]
        assert [one["index"] for one in there] == [1], "what a broken upload goes on from"
        assert put(who, id_, 0, TONE).status_code == 200
        assert put(who, id_, 0, TONE).status_code == 200, "a second time changes nothing"
        assert put(who, id_, 0, NEXT).json()["code"] == "conflict"
        assert put(valley.doctor, id_, 2, TONE).status_code == 404, "of who recorded only"
        await end(made)
        told = complete(who, id_, TONE, NEXT)
        assert told.status_code == 200, told.text
        assert told.json()["complete"]
        assert told.json()["seconds"] == 6.0
        assert put(who, id_, 2, TONE + b"more").json()["code"] == "conflict"
        for reader in (valley.doctor, valley.expert):
            path = paths.RECORDING_PIECE.format(recording_id=id_, index=0)
            answered = reader.http.get(path)
            assert answered.content == TONE
            assert answered.headers["cache-control"] == "no-store"
        assert "read recording piece 0" in trail(server, id_)
        assert not plain(server.data_dir), "no piece lies readable on the server's disk"
        (one,) = listed(valley.doctor, made.call.case_id)
        assert (one["end"], one["asker_name"]) == ("asker_left", "陈专家")
        assert {person["display_name"] for person in one["people"]} == {"陈专家", "林医生"}
        assert one["kept_until"] is not None


async def test_a_transfer_token_sends_a_recording_and_plays_none(
    valley: Valley, town: Town
) -> None:
    async with recorded(valley) as made:
        pair = valley.expert.send("POST", paths.TRANSFER_SESSION).json()
        with town.client() as http:
            http.headers["authorization"] = f"Bearer {pair['access_token']}"
            transfer = Someone(valley.expert.username, valley.expert.tokens, http)
            assert put(transfer, made.id, 0, TONE).status_code == 200
            await end(made)
            assert transfer.get(paths.RECORDING_PIECES, recording_id=made.id)["pieces"]
            assert complete(transfer, made.id, TONE).status_code == 200
            for path in (paths.RECORDING_PIECE, paths.RECORDINGS):
                place = {"recording_id": made.id, "index": 0, "consultation_id": made.call.case_id}
                assert transfer.send("GET", path, **place).status_code == 403


def plain(folder: Path) -> list[Path]:
    return [
        file
        for file in folder.rglob("*")
        if file.is_file() and b" a piece of a recording " in file.read_bytes()
    ]


async def test_rights_of_every_role(valley: Valley, town: Town) -> None:
    async with recorded(valley) as made:
        put(valley.expert, made.id, 0, TONE)
        await end(made)
        complete(valley.expert, made.id, TONE)
        case_id = made.call.case_id
        others = {
            "dispatcher": town.person("dispatcher"),
            "admin": town.admin,
            "auditor": town.person("auditor"),
            "reviewer": town.person("reviewer", institution=valley.hospital),
            "another expert": valley.another_expert(),
            "a colleague of the clinic": town.person("requester", institution=valley.clinic),
        }
        for role, who in others.items():
            sees = who.send("GET", paths.RECORDINGS, consultation_id=case_id).status_code
            assert sees == (200 if role == "dispatcher" else 404), role
            for path in (paths.RECORDING_PIECES, paths.RECORDING_PIECE):
                plays = who.send("GET", path, recording_id=made.id, index=0)
                assert plays.status_code == 403, role
        body = {"reason": "participant"}
        asked = [valley.doctor, valley.expert]
        asked += [who for role, who in others.items() if role not in ("dispatcher", "admin")]
        for who in asked:
            gone = who.send("POST", paths.RECORDING_DELETE, body, recording_id=made.id)
            assert gone.status_code == 403, who.username
        with town.client() as nobody:
            path = paths.RECORDING_PIECE.format(recording_id=made.id, index=0)
            assert nobody.get(path).status_code == 401
        dispatcher = others["dispatcher"]
        gone = dispatcher.send("POST", paths.RECORDING_DELETE, body, recording_id=made.id)
        assert gone.status_code == 204
        assert listed(valley.doctor, case_id) == []
        again = town.admin.send("POST", paths.RECORDING_DELETE, body, recording_id=made.id)
        assert again.status_code == 404
        told = valley.expert.get(paths.RECORDING_PIECES, recording_id=made.id)
        assert told == {"pieces": [], "deleted": True}, "what still lies there is to go too"


async def test_a_running_recording_cannot_be_deleted(valley: Valley, town: Town) -> None:
    async with recorded(valley) as made:
        body = {"reason": "mistake"}
        refused = town.admin.send("POST", paths.RECORDING_DELETE, body, recording_id=made.id)
        assert refused.json()["code"] == "conflict"


def objects(server: ServerProcess) -> int:
    return sum(1 for _ in (server.data_dir / "objects").glob("*/*.sealed"))


async def test_kept_long_enough_it_is_deleted_by_the_clock_with_its_bytes(
    valley: Valley, server: ServerProcess
) -> None:
    async with recorded(valley) as made:
        before = objects(server)
        put(valley.expert, made.id, 0, TONE + made.id.encode())
        await end(made)
        assert objects(server) == before + 1
        this = RecordingRow.id == UUID(made.id)
        times = select(RecordingRow.kept_until, CallRow.ended_at).join(
            CallRow, CallRow.id == RecordingRow.call_id
        )
        ((until, ended),) = rows(server, times.where(this))
        assert until.year != ended.year, "years after the end of the call"
        past = datetime(2026, 1, 1, tzinfo=UTC)
        rows(server, update(RecordingRow).where(this).values(kept_until=past))
        async with signed_in(
            valley.town.url, valley.town.context, valley.doctor.tokens.access_token
        ) as line:
            while listed(valley.doctor, made.call.case_id) or objects(server) > before:
                await line.quiet()  # the clock looks once a second
        assert trail(server, made.id)[-1] == "delete recording kept long enough"
        assert len([one for one in trail(server, made.id) if one.startswith("delete")]) == 1


async def test_a_killed_server_knows_who_has_agreed(tmp_path: Path) -> None:
    with centre_at(tmp_path, {"HUIZHEN_RECORDING": "true"}) as process:
        town = town_of(process)
        valley = make_valley(town)
        async with recorded(valley) as made:
            state = valley.doctor.get(paths.CALL, consultation_id=made.call.case_id)
            seats = {one["account_id"]: one["peer_id"] for one in state["participants"]}
            process.kill()
        process.start()
        people = (valley.doctor, valley.expert)
        lines = [signed_in(town.url, town.context, one.tokens.access_token) for one in people]
        async with lines[0] as clinic, lines[1] as expert:
            back = await clinic.join(made.call.case_id, seats[str(valley.doctor.id)])
            assert back["call"]["recording"]["phase"] == "paused", "one line is not back yet"
            await expert.join(made.call.case_id, seats[str(valley.expert.id)])
            assert (await recording(clinic, "running"))["id"] == made.id
        town.close()


async def test_a_recording_ends_where_the_site_does_not_record_any_more(tmp_path: Path) -> None:
    with centre_at(tmp_path, {"HUIZHEN_RECORDING": "true"}) as process:
        town = town_of(process)
        valley = make_valley(town)
        async with recorded(valley) as made:
            state = valley.doctor.get(paths.CALL, consultation_id=made.call.case_id)
            seats = {one["account_id"]: one["peer_id"] for one in state["participants"]}
            process.kill()
        process.set("HUIZHEN_RECORDING", "false")
        process.start()
        token = valley.doctor.tokens.access_token
        async with signed_in(town.url, town.context, token) as clinic:
            back = await clinic.join(made.call.case_id, seats[str(valley.doctor.id)])
            assert back["call"]["recording_terms"] is None
            assert back["call"]["recording"]["end"] == "stopped"
        town.close()


def test_a_site_that_does_not_record_offers_nothing(tmp_path: Path) -> None:
    assert recording_terms(Settings(data_dir=tmp_path)) is None
    terms = recording_terms(Settings(data_dir=tmp_path, recording=True, recording_kept_days=30))
    assert terms is not None
    assert terms.kept_days == 30
