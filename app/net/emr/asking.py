"""What is asked of a hospital's server, and how it says that it does not know of something."""

from typing import Protocol

from app.net.emr.elements import Json, objects, text_of

UNSUPPORTED = (400, 404, 405, 406, 410, 422, 501)
"""How servers say that they have no such type, or do not know a parameter."""


class Searching(Protocol):
    """What is asked: `app.net.emr.hospital.Hospital`."""

    @property
    def base(self) -> str: ...

    def read(self, path: str) -> Json: ...

    def search(self, kind: str, query: dict[str, str | int]) -> Json: ...

    def search_by_post(self, kind: str, query: dict[str, str | int]) -> Json: ...

    def follow(self, link: str) -> Json: ...


def is_of(value: object, kind: str) -> bool:
    return isinstance(value, dict) and value.get("resourceType") == kind


def linked(page: Json, relation: str) -> str:
    """Bundle.link of this relation; empty where there is none."""
    links = objects(page.get("link"))
    return next((text_of(one.get("url")) for one in links if one.get("relation") == relation), "")
