"""QIDO-RS (PS3.18 10.6): query parameters in, DICOM JSON out."""

import re
from typing import Any

from pydicom.datadict import tag_for_keyword
from starlette.datastructures import QueryParams

from server.api.dicomweb.answers import element
from server.domain.errors import invalid_field
from server.store.catalogue import FoundSeries, FoundStudy, StudyQuery
from server.store.finding import StoredInstance

MOST = 1000
_KEYWORDS = {
    "PatientID",
    "PatientName",
    "AccessionNumber",
    "StudyInstanceUID",
    "ModalitiesInStudy",
    "StudyDate",
    "SeriesInstanceUID",
    "Modality",
    "SOPInstanceUID",
    "InstanceNumber",
    "SOPClassUID",
    "SeriesNumber",
}
_BY_TAG = {f"{tag_for_keyword(keyword) or 0:08X}": keyword for keyword in _KEYWORDS}
_DATE = re.compile(r"^(\d{8})?(-(\d{8})?)?$")
Keys = dict[str, str]


def keys_of(parameters: QueryParams) -> Keys:
    """Matching keys by keyword; tags in hexadecimal are keywords too."""
    keys: Keys = {}
    for name, value in parameters.multi_items():
        keyword = _BY_TAG.get(name.upper(), name)
        if keyword in _KEYWORDS and value:
            keys[keyword] = f"{keys[keyword]},{value}" if keyword in keys else value
    return keys


def page_of(parameters: QueryParams) -> tuple[int, int]:
    """`limit` and `offset`."""
    try:
        limit = int(parameters.get("limit", "100"))
        offset = int(parameters.get("offset", "0"))
    except ValueError as error:
        raise invalid_field("limit and offset are integers", "limit") from error
    if limit < 0 or offset < 0:
        raise invalid_field("limit and offset are not negative", "limit")
    return min(limit, MOST), offset


def study_query(parameters: QueryParams) -> StudyQuery:
    keys = keys_of(parameters)
    limit, offset = page_of(parameters)
    date_from, date_until = _dates(keys.get("StudyDate", ""))
    return StudyQuery(
        patient_id=keys.get("PatientID", ""),
        patient_name=keys.get("PatientName", ""),
        accession_number=keys.get("AccessionNumber", ""),
        study_uids=_list(keys.get("StudyInstanceUID", "")),
        modalities=_list(keys.get("ModalitiesInStudy", "")),
        date_from=date_from,
        date_until=date_until,
        limit=limit,
        offset=offset,
    )


def _list(value: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[,\\]", value) if part)


def _dates(value: str) -> tuple[str, str]:
    """Range matching, PS3.4 C.2.2.2.5."""
    if not _DATE.match(value):
        raise invalid_field("give YYYYMMDD or a range with a hyphen", "StudyDate")
    first, hyphen, last = value.partition("-")
    return (first, last) if hyphen else (value, value)


def page(rows: list[Any], parameters: QueryParams) -> list[Any]:
    limit, offset = page_of(parameters)
    return rows[offset : offset + limit]


def study_json(found: FoundStudy, base: str) -> dict[str, Any]:
    row = found.row
    return {
        "00080005": element("CS", "ISO_IR 192"),
        "00080020": element("DA", row.study_date),
        "00080030": element("TM", row.study_time),
        "00080050": element("SH", row.accession_number),
        "00080056": element("CS", "ONLINE"),
        "00080061": element("CS", *found.modalities),
        "00080090": person("PN", row.referring_physician),
        "00081030": element("LO", row.description),
        "00081190": element("UR", f"{base}/studies/{row.study_uid}"),
        "00100010": person("PN", row.patient_name),
        "00100020": element("LO", row.patient_id),
        "00100030": element("DA", row.patient_birth_date),
        "00100040": element("CS", row.patient_sex),
        "0020000D": element("UI", row.study_uid),
        "00200010": element("SH", row.study_id),
        "00201206": element("IS", found.series),
        "00201208": element("IS", found.instances),
    }


def person(vr: str, name: str) -> dict[str, Any]:
    """A person's name with its component groups (PS3.18 F.2.2)."""
    if not name:
        return {"vr": vr}
    groups = zip(("Alphabetic", "Ideographic", "Phonetic"), name.split("="), strict=False)
    return {"vr": vr, "Value": [{label: text for label, text in groups if text}]}


def series_matches(found: FoundSeries, keys: Keys) -> bool:
    row = found.row
    return _one_of(row.series_uid, keys.get("SeriesInstanceUID")) and _one_of(
        row.modality, keys.get("Modality")
    )


def series_json(found: FoundSeries, base: str) -> dict[str, Any]:
    row = found.row
    return {
        "00080005": element("CS", "ISO_IR 192"),
        "00080060": element("CS", row.modality),
        "0008103E": element("LO", row.description),
        "00081190": element("UR", f"{base}/studies/{row.study_uid}/series/{row.series_uid}"),
        "0020000D": element("UI", row.study_uid),
        "0020000E": element("UI", row.series_uid),
        "00200011": element("IS", row.number),
        "00201209": element("IS", found.instances),
    }


def instance_matches(row: StoredInstance, keys: Keys) -> bool:
    number = None if row.number is None else str(row.number)
    return (
        _one_of(row.sop_uid, keys.get("SOPInstanceUID"))
        and _one_of(row.sop_class, keys.get("SOPClassUID"))
        and _one_of(number, keys.get("InstanceNumber"))
    )


def instance_json(row: StoredInstance, base: str) -> dict[str, Any]:
    url = f"{base}/studies/{row.study_uid}/series/{row.series_uid}/instances/{row.sop_uid}"
    return {
        "00080005": element("CS", "ISO_IR 192"),
        "00080016": element("UI", row.sop_class),
        "00080018": element("UI", row.sop_uid),
        "00080056": element("CS", "ONLINE"),
        "00081190": element("UR", url),
        "00083002": element("UI", row.transfer_syntax),
        "0020000D": element("UI", row.study_uid),
        "0020000E": element("UI", row.series_uid),
        "00200013": element("IS", row.number),
        "00280008": element("IS", row.frames),
        "00280010": element("US", row.rows),
        "00280011": element("US", row.columns),
    }


def _one_of(value: str | None, wanted: str | None) -> bool:
    return wanted is None or value in _list(wanted)
