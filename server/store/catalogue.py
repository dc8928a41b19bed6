"""Searching stored studies, series and instances (the tables behind QIDO-RS, PS3.18 10.6)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    cast,
    false,
    func,
    or_,
    select,
)

from protocol.consultation import Phase
from server.store.attribute_matching import Kind, matches
from server.store.columns import MOST_NAMED
from server.store.finding import Owner, Viewer, of_case
from server.store.image_tables import AttachmentRow, InstanceRow, SeriesRow, StudyRow
from server.store.row_keys import GroupKey
from server.store.sealed_rows import SEALED, SEARCH, Rows, patient_mac
from server.store.tables import ConsultationRow


class Level(IntEnum):
    """What is searched for."""

    STUDY = 0
    SERIES = 1
    INSTANCE = 2


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that is in a table and can be a key."""

    keyword: str
    level: Level
    column: str
    kind: Kind


def _attributes() -> Iterator[Attribute]:
    text, person, one_of, range_, number = Kind
    for keyword, column, kind in (
        ("PatientID", "patient_id", text),
        ("PatientName", "patient_name", person),
        ("PatientBirthDate", "patient_birth_date", range_),
        ("PatientSex", "patient_sex", one_of),
        ("StudyInstanceUID", "study_uid", one_of),
        ("StudyDate", "study_date", range_),
        ("StudyTime", "study_time", range_),
        ("AccessionNumber", "accession_number", text),
        ("StudyID", "study_id", text),
        ("StudyDescription", "description", text),
        ("ReferringPhysicianName", "referring_physician", person),
        ("ModalitiesInStudy", "", one_of),
    ):
        yield Attribute(keyword, Level.STUDY, column, kind)
    for keyword, column, kind in (
        ("SeriesInstanceUID", "series_uid", one_of),
        ("Modality", "modality", one_of),
        ("SeriesNumber", "number", number),
        ("SeriesDescription", "description", text),
    ):
        yield Attribute(keyword, Level.SERIES, column, kind)
    for keyword, column, kind in (
        ("SOPInstanceUID", "sop_uid", one_of),
        ("SOPClassUID", "sop_class", one_of),
        ("InstanceNumber", "number", number),
        ("Rows", "rows", number),
        ("Columns", "columns", number),
        ("NumberOfFrames", "frames", number),
    ):
        yield Attribute(keyword, Level.INSTANCE, column, kind)


ATTRIBUTES: Mapping[str, Attribute] = {one.keyword: one for one in _attributes()}
STUDIES = SEALED["studies"]
_MATCHED_HERE = frozenset(
    one
    for one in ATTRIBUTES.values()
    if one.level is Level.STUDY and (one.column in STUDIES.columns or one.kind is Kind.PERSON)
)
"""What the database cannot match: what rests sealed, and the groups of a name."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. `keys` has one or more values for a keyword of `ATTRIBUTES`; several are
    alternatives. `within` confines it to one study of an owner, and to a series of it."""

    level: Level
    keys: Mapping[str, tuple[str, ...]]
    fuzzy: bool = False
    limit: int = 100
    offset: int = 0
    within: tuple[Owner, str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page: each row by `level_column`, and how many there are in all."""

    rows: tuple[Mapping[str, Any], ...]
    total: int


_TABLES = (StudyRow.__table__, SeriesRow.__table__, InstanceRow.__table__)
_JOINS = (
    None,
    and_(
        SeriesRow.institution_id == StudyRow.institution_id,
        SeriesRow.study_uid == StudyRow.study_uid,
    ),
    and_(
        InstanceRow.institution_id == SeriesRow.institution_id,
        InstanceRow.series_uid == SeriesRow.series_uid,
        InstanceRow.study_uid == SeriesRow.study_uid,
    ),
)
_ORDER = (
    (StudyRow.study_date.desc(), StudyRow.study_uid),
    (SeriesRow.number, SeriesRow.series_uid),
    (InstanceRow.series_uid, InstanceRow.number, InstanceRow.sop_uid),
)


def search(connection: Connection, viewer: Viewer, wanted: Search, rows: Rows) -> Found:
    """The page of a search that the viewer may see."""
    tables = _TABLES[: wanted.level + 1]
    source: Any = tables[0]
    for table, join in zip(tables[1:], _JOINS[1:], strict=False):
        source = source.join(table, join)
    conditions = [*_scope(viewer, wanted), *_matching(wanted)]
    if any(ATTRIBUTES[one] in _MATCHED_HERE for one in wanted.keys):
        conditions.append(_of_opened(connection, viewer, wanted, rows))
    columns = [
        column.label(f"{level.name.lower()}_{column.name}")
        for level, table in zip(Level, tables, strict=False)
        for column in table.columns
    ]
    total = connection.scalar(select(func.count()).select_from(source).where(*conditions)) or 0
    order = [part for level in range(wanted.level + 1) for part in _ORDER[level]]
    page: Select[Any] = (
        select(*columns)
        .select_from(source)
        .where(*conditions)
        .order_by(*order)
        .limit(wanted.limit)
        .offset(wanted.offset)
    )
    found = [dict(row) for row in connection.execute(page).mappings()]
    _open(connection, found, rows)
    if wanted.level is Level.STUDY:
        _count_studies(connection, found)
    elif wanted.level is Level.SERIES:
        _count_series(connection, found, None if wanted.within is None else wanted.within[0])
    return Found(tuple(found), total)


def _open(connection: Connection, found: list[dict[str, Any]], rows: Rows) -> None:
    names = ("institution_id", "study_uid", *STUDIES.columns)
    sealed = [{name: row[f"study_{name}"] for name in names} for row in found]
    for row, opened in zip(found, rows.opened(connection, StudyRow, sealed), strict=True):
        row |= {f"study_{name}": opened[name] for name in names}


def _of_opened(
    connection: Connection, viewer: Viewer, wanted: Search, rows: Rows
) -> ColumnElement[bool]:
    """The studies the viewer may see that match when they are opened and looked at. An identifier
    without wild cards is had by its index."""
    keys = [
        (ATTRIBUTES[one], values)
        for one, values in wanted.keys.items()
        if ATTRIBUTES[one] in _MATCHED_HERE
    ]
    names = ("institution_id", "study_uid", *sorted({one.column for one, _values in keys}))
    conditions = [*_study_scope(viewer, wanted)]
    for attribute, values in keys:
        if attribute.keyword == "PatientID" and not any(sign in "".join(values) for sign in "*?"):
            conditions.append(of_patient_ids(rows.load_one(connection, SEARCH), values))
    asked = select(*(getattr(StudyRow, name) for name in names)).where(*conditions)
    found: dict[UUID, list[str]] = {}
    seen = [dict(row) for row in connection.execute(asked).mappings()]
    for row in rows.opened(connection, StudyRow, seen):
        if all(
            any(matches(row[one.column], one.kind, value, fuzzy=wanted.fuzzy) for value in values)
            for one, values in keys
        ):
            found.setdefault(row["institution_id"], []).append(row["study_uid"])
    return or_(
        false(),
        *(
            and_(StudyRow.institution_id == house, StudyRow.study_uid.in_(_named(uids)))
            for house, uids in found.items()
        ),
    )


def _named(uids: list[str]) -> Any:
    """Of more than a statement can name they stand in its text."""
    many = len(uids) > MOST_NAMED
    return bindparam(None, uids, expanding=True, literal_execute=many, unique=True)


def of_patient_ids(key: GroupKey | None, patient_ids: Iterable[str]) -> ColumnElement[bool]:
    """Studies under one of these PatientIDs; the older ones that are not sealed by their text."""
    ids = sorted(set(patient_ids))
    plain = and_(StudyRow.patient_mac.is_(None), StudyRow.patient_id.in_(ids))
    if key is None:
        return plain
    return or_(StudyRow.patient_mac.in_([patient_mac(one, key) for one in ids]), plain)


def first_instances(
    connection: Connection, rows: Iterable[Mapping[str, Any]], level: Level
) -> tuple[str | None, ...]:
    """SHA-256 of the first instance of each study or series found, in their order."""
    return tuple(connection.scalar(_first_of(row, level)) for row in rows)


def _first_of(row: Mapping[str, Any], level: Level) -> Select[Any]:
    of = [
        InstanceRow.institution_id == row["study_institution_id"],
        InstanceRow.study_uid == row["study_study_uid"],
    ]
    if level is Level.SERIES:
        of.append(InstanceRow.series_uid == row["series_series_uid"])
    first = select(InstanceRow.sha256).where(*of)
    return first.order_by(InstanceRow.number, InstanceRow.sop_uid).limit(1)


def _count_studies(connection: Connection, rows: list[dict[str, Any]]) -> None:
    uids = [row["study_study_uid"] for row in rows]
    modalities: dict[tuple[UUID, str], list[str]] = {}
    for house, uid, modality in connection.execute(
        select(SeriesRow.institution_id, SeriesRow.study_uid, SeriesRow.modality).where(
            SeriesRow.study_uid.in_(uids)
        )
    ):
        modalities.setdefault((house, uid), []).append(modality)
    counts = {
        (house, uid): count
        for house, uid, count in connection.execute(
            select(InstanceRow.institution_id, InstanceRow.study_uid, func.count())
            .where(InstanceRow.study_uid.in_(uids))
            .group_by(InstanceRow.institution_id, InstanceRow.study_uid)
        )
    }
    for row in rows:
        key = (row["study_institution_id"], row["study_study_uid"])
        row["modalities"] = sorted({one for one in modalities.get(key, []) if one})
        row["series"] = len(modalities.get(key, []))
        row["instances"] = counts.get(key, 0)


def _count_series(connection: Connection, rows: list[dict[str, Any]], owner: Owner | None) -> None:
    of = (InstanceRow.institution_id, InstanceRow.study_uid, InstanceRow.series_uid)
    uids = [row["series_series_uid"] for row in rows]
    counts = {
        tuple(key): count
        for *key, count in connection.execute(
            select(*of, func.count())
            .where(
                InstanceRow.series_uid.in_(uids),
                *(() if owner is None or owner.case_id is None else (of_case(owner.case_id),)),
            )
            .group_by(*of)
        )
    }
    for row in rows:
        names = ("institution_id", "study_uid", "series_uid")
        row["instances"] = counts.get(tuple(row[f"series_{name}"] for name in names), 0)


def _study_scope(viewer: Viewer, wanted: Search) -> Iterator[ColumnElement[bool]]:
    if wanted.within is None:
        yield _seen(viewer)
        return
    owner, study_uid, _series_uid = wanted.within
    yield StudyRow.institution_id == owner.institution_id
    yield StudyRow.study_uid == study_uid


def _scope(viewer: Viewer, wanted: Search) -> Iterator[ColumnElement[bool]]:
    if wanted.within is None:
        yield _seen(viewer)
        return
    owner, _study_uid, series_uid = wanted.within
    if owner.case_id is not None and wanted.level is Level.INSTANCE:
        yield of_case(owner.case_id)
    if owner.case_id is not None and wanted.level is Level.SERIES:
        some = select(InstanceRow.sop_uid).where(_JOINS[2], of_case(owner.case_id))
        yield some.correlate(SeriesRow).exists()
    yield from _study_scope(viewer, wanted)
    if series_uid is not None:
        yield SeriesRow.series_uid == series_uid


def _seen(viewer: Viewer) -> ColumnElement[bool]:
    attached = and_(
        AttachmentRow.institution_id == StudyRow.institution_id,
        AttachmentRow.study_uid == StudyRow.study_uid,
    )
    mine = [
        ConsultationRow.holder_id == viewer.account_id,
        ConsultationRow.requester_id == viewer.account_id,
    ]
    if viewer.reviews_for is not None:
        mine.append(
            and_(
                ConsultationRow.phase == Phase.AWAITING_REVIEW.value,
                ConsultationRow.holder_institution_id == viewer.reviews_for,
            )
        )
    through = (
        select(AttachmentRow.study_uid)
        .join(ConsultationRow, ConsultationRow.id == AttachmentRow.consultation_id)
        .where(attached, or_(*mine))
        .correlate(StudyRow)
        .exists()
    )
    if viewer.institution_id is None:
        return through
    loose = and_(
        StudyRow.institution_id == viewer.institution_id,
        ~select(AttachmentRow.study_uid).where(attached).correlate(StudyRow).exists(),
        select(InstanceRow.sop_uid)
        .where(
            InstanceRow.institution_id == StudyRow.institution_id,
            InstanceRow.study_uid == StudyRow.study_uid,
            InstanceRow.account_id == viewer.account_id,
        )
        .correlate(StudyRow)
        .exists(),
    )
    return or_(through, loose)


def _matching(wanted: Search) -> Iterator[ColumnElement[bool]]:
    for keyword, values in wanted.keys.items():
        attribute = ATTRIBUTES[keyword]
        if keyword == "ModalitiesInStudy":
            yield (
                select(SeriesRow.series_uid)
                .where(_JOINS[1], SeriesRow.modality.in_(values))
                .correlate(StudyRow)
                .exists()
                if wanted.level is Level.STUDY
                else StudyRow.study_uid.in_(
                    select(SeriesRow.study_uid).where(SeriesRow.modality.in_(values))
                )
            )
            continue
        if attribute not in _MATCHED_HERE:
            column = _TABLES[attribute.level].columns[attribute.column]
            yield or_(*(_match(column, attribute.kind, value) for value in values))


def _match(column: Any, kind: Kind, value: str) -> ColumnElement[bool]:
    match kind:
        case Kind.RANGE:
            return and_(*_range(column, value))
        case Kind.NUMBER:
            matched: ColumnElement[bool] = cast(column, Integer) == int(value)
            return matched
        case _:
            found: ColumnElement[bool] = column.like(like_of(value), escape="\\")
            return found


def _range(column: Any, value: str) -> Iterator[ColumnElement[bool]]:
    """Range matching, PS3.4 C.2.2.2.5; a single value matches what begins with it."""
    first, hyphen, last = value.partition("-")
    if not hyphen:
        yield column.like(like_of(value) + "%", escape="\\")
        return
    yield column != ""
    if first:
        yield column >= first
    if last:
        yield column <= last + "\uffff"


def like_of(pattern: str) -> str:
    """DICOM wild cards (`*`, `?`; PS3.4 C.2.2.2.4) as an SQL LIKE pattern escaped with `\\`."""
    escaped = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%").replace("?", "_")
