"""Searching images that are in no table of the site, by the very statements that search the tables.

The rows live in a database in memory as long as one question.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine
from sqlalchemy.dialects.sqlite import insert

from server.store.catalogue import Found, Level, Search, first_instances, search
from server.store.columns import Base
from server.store.finding import Owner, Viewer
from server.store.image_tables import AttachmentRow, InstanceRow, SeriesRow, StudyRow
from server.store.row_keys import RowKeys
from server.store.sealed_rows import Rows
from server.store.tables import ConsultationRow

_NOBODY = UUID(int=0)
_UNASKED = {"account_id": _NOBODY, "original_sha256": None, "names_patient": True}
"""What no query of images asks for."""
_TABLES = (StudyRow, SeriesRow, InstanceRow, AttachmentRow, ConsultationRow)


@dataclass(frozen=True, slots=True)
class Loose:
    """One image: its values in the three tables, without those that say whose it is."""

    study: Mapping[str, Any]
    series: Mapping[str, Any]
    instance: Mapping[str, Any]


def search_loose(
    images: Iterable[Loose], wanted: Search, study_uid: str | None, series_uid: str | None
) -> tuple[Found, tuple[str | None, ...]]:
    """A page of what is found, and the SHA-256 of an instance of each row; blocks.

    `study_uid` and `series_uid` confine it. Of two with one UID the first counts.
    """
    if study_uid is not None:
        wanted = replace(wanted, within=(Owner(_NOBODY, None), study_uid, series_uid))
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            tables = [Base.metadata.tables[row.__tablename__] for row in _TABLES]
            Base.metadata.create_all(connection, tables)
            for one in images:
                series = {**one.series, "series_uid": one.instance["series_uid"]}
                study = {**one.study, "study_uid": one.instance["study_uid"]}
                instance = {**one.instance, **_UNASKED}
                for row, values in (
                    (StudyRow, study),
                    (SeriesRow, series),
                    (InstanceRow, instance),
                ):
                    put = insert(row).values(institution_id=_NOBODY, **values)
                    connection.execute(put.on_conflict_do_nothing())
            found = search(connection, Viewer(_NOBODY, _NOBODY), wanted, Rows(RowKeys()))
            if wanted.level is Level.INSTANCE:
                return found, tuple(row["instance_sha256"] for row in found.rows)
            return found, first_instances(connection, found.rows, wanted.level)
    finally:
        engine.dispose()
