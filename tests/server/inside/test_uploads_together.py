"""Uploads that share a transaction: each is in the trail as its own request."""

from datetime import UTC, datetime

import httpx

from protocol import paths
from server.domain.audit import AuditEntry, Resource
from server.store.trail import entries
from tests.server.images import file_bytes, multipart, new_study
from tests.server.in_process import InProcess
from tests.server.people import Someone, Valley


def storing(someone: Someone, file: bytes) -> httpx.Request:
    body, content_type = multipart([file])
    headers = {"content-type": content_type}
    path = f"{paths.DICOMWEB}/studies"
    return someone.http.build_request("POST", path, content=body, headers=headers)


def test_each_entry_names_the_request_that_brought_its_image(
    server: InProcess, valley: Valley
) -> None:
    slices = new_study(6)
    answers = server.at_once(*(storing(valley.doctor, file_bytes(one)) for one in slices))
    assert {one.status_code for one in answers} == {200}

    async def trail() -> list[AuditEntry]:
        first, last = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
        return await server.store.look(lambda desk: list(entries(desk.connection, first, last)))

    named = {
        one.target: one.request_id
        for one in server.run(trail())
        if one.resource is Resource.INSTANCE
    }
    assert named == {
        str(one.SOPInstanceUID): answer.headers["x-request-id"]
        for one, answer in zip(slices, answers, strict=True)
    }
