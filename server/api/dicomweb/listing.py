"""What a search has found, as an answer (PS3.18 10.6.3)."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from starlette.responses import Response

from server.api.dicomweb.describing import metadata
from server.api.dicomweb.searching import Asked, Json, found_json, warnings_of
from server.api.dicomweb.streaming import with_reader
from server.domain.ports import ObjectStore


async def bodies_of(
    objects: ObjectStore,
    found: Sequence[tuple[Mapping[str, Any], str | None]],
    wanted: Asked,
    base: str,
    *,
    nested: bool,
) -> list[Json]:
    """One result a row, each with the SHA-256 of an instance of it: what is asked for and in no
    table is read from that. Raises a `StoreError`."""
    bodies = [found_json(row, wanted, base, {}, nested=nested) for row, _ in found]
    if not bodies or not wanted.fields.beyond(bodies[0]):
        return bodies
    fields = wanted.fields
    only = None if fields.everything else [path[0] for path in fields.tags]
    more = [await _described(objects, example, only) for _, example in found]
    return [
        found_json(row, wanted, base, one, nested=nested)
        for (row, _), one in zip(found, more, strict=True)
    ]


async def _described(objects: ObjectStore, sha256: str | None, only: Sequence[str] | None) -> Json:
    if sha256 is None:
        return {}
    use = partial(metadata, url="", bulk=False, only=only)
    return await with_reader(objects, sha256, use)


def page_headers(answer: Response, wanted: Asked, total: int, shown: int) -> None:
    """How many there are on all pages, and what the client must know of this one."""
    answer.headers["x-total-count"] = str(total)
    answer.headers["cache-control"] = "private, no-cache"
    for text in warnings_of(wanted, total, shown):
        answer.headers.append("warning", text)
