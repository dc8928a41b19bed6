"""Whatever is sent, the server answers in words, harms nobody, and has no error to log."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from protocol.socket import ClientMessage
from tests.server.attack import attacked, fetched_schemathesis, pointed
from tests.server.conftest import trusting
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import (
    ADMIN,
    PASSWORD,
    Someone,
    Town,
    Valley,
    expert_profile,
    make_valley,
    open_case,
    submitted_case,
)
from tests.server.process import ServerProcess
from tests.server.sockets import Line, line, signed_in


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, Town]]:
    """A site of its own: whoever attacks has every role there."""
    server = ServerProcess(tmp_path_factory.mktemp("victim") / "data")
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with server:
        town = Town(server.url, trusting(server.ca))
        yield server, town
        town.close()


def attacker(town: Town, valley: Valley) -> Someone:
    return town.person(
        "requester",
        "expert",
        "dispatcher",
        "reviewer",
        "admin",
        institution=valley.hospital,
        expert=expert_profile(valley.department),
    )


def places(valley: Valley, who: Someone) -> dict[str, list[str]]:
    """A draft with an image, a case that waits, and one that the attacker holds."""
    (made,) = new_study(1)
    data = file_bytes(made)
    valley.town.agree(valley.hospital, valley.hospital)
    own = Valley(valley.town, valley.department, valley.hospital, valley.hospital, who, who)
    draft, waiting, held = open_case(own), submitted_case(valley), submitted_case(valley)
    who.take(held)
    declare(who, draft, [made], [data])
    assert stow(who, [data]).status_code == 200
    return {
        "consultation_id": [draft, waiting, held],
        "study": [made.StudyInstanceUID],
        "study_uid": [made.StudyInstanceUID],
        "study_instance_uid": [made.StudyInstanceUID],
        "series": [made.SeriesInstanceUID],
        "instance": [made.SOPInstanceUID],
        "institution_id": [str(valley.clinic)],
        "numbers": ["1", "0", "1,2", "x"],
    }


def test_no_operation_fails_at_what_its_description_allows_or_forbids(
    victim: tuple[ServerProcess, Town], tmp_path: Path
) -> None:
    command = fetched_schemathesis()
    server, town = victim
    valley = make_valley(town)
    who = attacker(town, valley)
    document = tmp_path / "openapi.json"
    document.write_text(pointed(server.command("openapi"), places(valley, who)))
    token = who.tokens.access_token
    assert attacked(command, document, server.url, server.ca, token) == ""
    assert server.complaints() == ""


CLOSE_WITHOUT_A_WORD = 1006
MESSAGES = get_args(get_args(ClientMessage)[0])
KINDS = [one.model_fields["type"].default for one in MESSAGES]
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = sorted({name for one in MESSAGES for name in one.model_fields if name != "type"})
FRAMES = st.one_of(
    st.builds(
        lambda kind, rest: json.dumps({"type": kind, **rest}),
        st.sampled_from(KINDS),
        st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=5),
    ),
    st.text(max_size=200),
    st.binary(max_size=200),
    st.sampled_from(["", "{", "[]", "null", '{"type":[]}', '{"type":"ping","sent_ms":1e999}']),
)


async def outlives(line: Line, sent: list[Any]) -> None:
    """After these frames it answers, or was ended with a code."""
    try:
        for frame in sent:
            await line.connection.send(frame)
        await line.quiet()
    except ConnectionClosed:
        pass
    code = line.connection.close_code
    assert code != CLOSE_WITHOUT_A_WORD


def test_no_frame_harms_more_than_its_own_line(victim: tuple[ServerProcess, Town]) -> None:
    server, town = victim
    who, context = attacker(town, make_valley(town)), trusting(server.ca)
    token = who.tokens.access_token

    async def strike(sent: list[Any]) -> None:
        async with signed_in(server.url, context, token) as attacking:
            await outlives(attacking, sent)
        async with signed_in(server.url, context, token) as another:
            await another.quiet()

    @settings(max_examples=40, deadline=None, derandomize=True, database=None)
    @given(st.lists(FRAMES, min_size=1, max_size=20))
    def attack(sent: list[Any]) -> None:
        asyncio.run(strike(sent))

    attack()
    assert server.complaints() == ""


def test_no_frame_before_hello_harms_anybody(victim: tuple[ServerProcess, Town]) -> None:
    server, town = victim
    context, token = trusting(server.ca), town.admin.tokens.access_token

    async def strike(sent: list[Any]) -> None:
        async with line(server.url, context) as stranger:
            hello = json.dumps({"type": "hello", "access_token": token, "last_seq": 0})
            await outlives(stranger, [*sent, hello])

    @settings(max_examples=20, deadline=None, derandomize=True, database=None)
    @given(st.lists(FRAMES, min_size=1, max_size=3))
    def attack(sent: list[Any]) -> None:
        asyncio.run(strike(sent))

    attack()
    assert server.complaints() == ""
