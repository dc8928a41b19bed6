"""QIDO-RS (PS3.18 10.6): query parameters in, DICOM JSON out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydicom.datadict import dictionary_has_tag, keyword_for_tag, tag_for_keyword
from starlette.datastructures import QueryParams

from protocol.imaging import DIGEST, PRIVATE_CREATOR, digest_of
from server.api.dicomweb.answers import element, named_parameters
from server.domain.errors import Invalid, invalid_field
from server.store.attribute_matching import Kind
from server.store.catalogue import ATTRIBUTES, Level, Search

MOST = 1000
_PARAMETERS = frozenset(
    ("limit", "offset", "fuzzymatching", "includefield", "accept", "charset", "consultation")
)
_RANGE = re.compile(r"^(\d{2,8}(\.\d{1,6})?)?(-(\d{2,8}(\.\d{1,6})?)?)?$")
_TAG = re.compile(r"^[0-9A-Fa-f]{8}$")
_IN_ITS_SERIES = ("00081190", "0020000E")
"""What an instance that is listed below its study says of its series without being asked."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fields:
    """What an answer has besides what it always has: `tags` are paths of eight digits each."""

    everything: bool = False
    tags: tuple[tuple[str, ...], ...] = ()

    def beyond(self, body: Mapping[str, Any]) -> bool:
        """Whether more is asked for than an answer always has."""
        return self.everything or any(path[0] not in body for path in self.tags)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request understood; `ignored` are keys this server cannot match by."""

    search: Search
    fields: Fields
    ignored: tuple[str, ...]


def asked(level: Level, parameters: QueryParams) -> Asked:
    """Raises `Invalid` for what cannot be understood."""
    keys: dict[str, tuple[str, ...]] = {}
    ignored = []
    for name, value in parameters.multi_items():
        keyword = _keyword(name)
        if "\ufffd" in name + value:  # what decoding makes of other bytes
            raise invalid_field("is not UTF-8: write the name in UTF-8, percent-encoded", "query")
        if name in _PARAMETERS or not value:
            continue
        attribute = ATTRIBUTES.get(keyword)
        if attribute is None or attribute.level > level:
            ignored.append(keyword)
            continue
        values = _values(attribute.kind, keyword, value)
        keys[keyword] = keys.get(keyword, ()) + values
    limit, offset = _page(parameters)
    fuzzy = parameters.get("fuzzymatching", "false").lower()
    if fuzzy not in ("true", "false"):
        raise invalid_field("give true or false", "fuzzymatching")
    wanted = Search(level, keys, fuzzy == "true", limit, offset)
    return Asked(wanted, fields_of(parameters), tuple(dict.fromkeys(ignored)))


def fields_of(parameters: QueryParams) -> Fields:
    """`includefield`: repeated or with commas; keywords or tags, paths with dots."""
    texts = [
        part.strip()
        for value in parameters.getlist("includefield")
        for part in value.split(",")
        if part.strip()
    ]
    if any(text.lower() == "all" for text in texts):
        return Fields(everything=True)
    return Fields(tags=tuple(_path(text) for text in texts))


def _path(text: str) -> tuple[str, ...]:
    path = []
    for part in text.split("."):
        tag = int(part, 16) if _TAG.match(part) else tag_for_keyword(part)
        if tag is None:
            raise invalid_field("there is no such attribute", "includefield")
        path.append(f"{tag:08X}")
    return tuple(path)


def _keyword(name: str) -> str:
    if _TAG.match(name) and dictionary_has_tag(int(name, 16)):
        return keyword_for_tag(int(name, 16))
    return name


def _values(kind: Kind, keyword: str, value: str) -> tuple[str, ...]:
    if kind in (Kind.PERSON, Kind.TEXT):  # only lists of UIDs and codes are split (8.3.4.1)
        return (value,)
    values = tuple(part.strip() for part in re.split(r"[,\\]", value) if part.strip())
    for one in values:
        if kind is Kind.NUMBER and not re.fullmatch(r"-?\d{1,9}", one):
            raise invalid_field("give a whole number", keyword)
        if kind is Kind.RANGE and not _RANGE.match(one):
            raise invalid_field("give YYYYMMDD (HHMMSS) or a range with a hyphen", keyword)
    if len(values) > MOST:
        raise invalid_field(f"give at most {MOST} values", keyword)
    return values


def _page(parameters: QueryParams) -> tuple[int, int]:
    """`limit` and `offset`."""
    try:
        limit = int(parameters.get("limit", "100"))
        offset = int(parameters.get("offset", "0"))
    except ValueError as error:
        raise _bad_page("limit and offset are integers") from error
    if limit < 0 or offset < 0 or offset > 2**31:
        raise _bad_page("limit and offset are not negative, and not beyond reason")
    return min(limit, MOST), offset


def _bad_page(reason: str) -> Invalid:
    return invalid_field(reason, "limit")


def warnings_of(wanted: Asked, total: int, shown: int) -> list[str]:
    """Warning headers (PS3.18 8.3.4.4, 10.6.3.2.1) in its words."""
    told = []
    left = total - wanted.search.offset - shown
    if left > 0:
        told.append(f'299 huizhen: "There are {left} additional results that can be requested"')
    if wanted.ignored:
        names = named_parameters(wanted.ignored)
        told.append(f'299 huizhen: "These matching keys are not supported: {names}"')
    return told


def found_json(
    row: Mapping[str, Any], wanted: Asked, base: str, more: Json, *, nested: bool
) -> Json:
    """One result: what it always has, and of `more` (the object's attributes) what was asked."""
    level = wanted.search.level
    body = _relational(row) if nested else _study(row, base)
    if level is Level.SERIES:
        body |= _series(row, base)
    elif level is Level.INSTANCE:
        of_series = _series(row, base)
        kept = _IN_ITS_SERIES if nested else of_series.keys()
        body |= {tag: of_series[tag] for tag in kept} | _instance(row, base)
    asked = [path[0] for path in wanted.fields.tags if len(path) == 1 and path[0] not in body]
    if asked:
        above = _above(row, base, level)
        body |= {tag: above[tag] for tag in asked if tag in above}
    if DIGEST in body:
        body |= {PRIVATE_CREATOR: element("LO", "HUIZHEN")}
    if wanted.fields.everything:
        body = more | _study(row, base) | body
    for path in wanted.fields.tags:
        _include(body, more, path)
    return dict(sorted(body.items()))


def _above(row: Mapping[str, Any], base: str, level: Level) -> Json:
    """What the tables have of a result beyond what it always says."""
    above = _study(row, base)
    if level is Level.INSTANCE:
        digest = {DIGEST: element("LO", digest_of(row["instance_sha256"]))}
        above = above | _series(row, base) | digest
    return above


def _include(body: Json, more: Json, path: tuple[str, ...]) -> None:
    """A whole attribute, or of the items of a sequence only what the path names."""
    tag, rest = path[0], path[1:]
    if tag not in more:
        return
    if not rest:
        body[tag] = more[tag]
        return
    items = more[tag].get("Value", [])
    held = body.setdefault(tag, {"vr": "SQ", "Value": [{} for _ in items]})
    for into, item in zip(held.get("Value", []), items, strict=False):
        _include(into, item, rest)


def _relational(row: Mapping[str, Any]) -> Json:
    return {
        "00080005": element("CS", "ISO_IR 192"),
        "0020000D": element("UI", row["study_study_uid"]),
    }


def _study(row: Mapping[str, Any], base: str) -> Json:
    body = {
        "00080005": element("CS", "ISO_IR 192"),
        "00080020": element("DA", row["study_study_date"]),
        "00080030": element("TM", row["study_study_time"]),
        "00080050": element("SH", row["study_accession_number"]),
        "00080056": element("CS", "ONLINE"),
        "00080090": person(row["study_referring_physician"]),
        "00081030": element("LO", row["study_description"]),
        "00081190": element("UR", f"{base}/studies/{row['study_study_uid']}"),
        "00100010": person(row["study_patient_name"]),
        "00100020": element("LO", row["study_patient_id"]),
        "00100030": element("DA", row["study_patient_birth_date"]),
        "00100040": element("CS", row["study_patient_sex"]),
        "0020000D": element("UI", row["study_study_uid"]),
        "00200010": element("SH", row["study_study_id"]),
    }
    if "modalities" in row:
        body["00080061"] = element("CS", *row["modalities"])
        body["00201206"] = element("IS", row["series"])
        body["00201208"] = element("IS", row["instances"])
    return body


def person(name: str) -> Json:
    """A person's name with its component groups (PS3.18 F.2.2)."""
    if not name:
        return {"vr": "PN"}
    groups = zip(("Alphabetic", "Ideographic", "Phonetic"), name.split("="), strict=False)
    return {"vr": "PN", "Value": [{label: text for label, text in groups if text}]}


def _series(row: Mapping[str, Any], base: str) -> Json:
    url = f"{base}/studies/{row['study_study_uid']}/series/{row['series_series_uid']}"
    body = {
        "00080060": element("CS", row["series_modality"]),
        "0008103E": element("LO", row["series_description"]),
        "00081190": element("UR", url),
        "0020000E": element("UI", row["series_series_uid"]),
        "00200011": element("IS", row["series_number"]),
    }
    if "instances" in row:
        body["00201209"] = element("IS", row["instances"])
    return body


def _instance(row: Mapping[str, Any], base: str) -> Json:
    url = (
        f"{base}/studies/{row['study_study_uid']}/series/{row['series_series_uid']}"
        f"/instances/{row['instance_sop_uid']}"
    )
    return {
        "00080016": element("UI", row["instance_sop_class"]),
        "00080018": element("UI", row["instance_sop_uid"]),
        "00080056": element("CS", "ONLINE"),
        "00081190": element("UR", url),
        "00083002": element("UI", row["instance_transfer_syntax"]),
        "00200013": element("IS", row["instance_number"]),
        "00280008": element("IS", row["instance_frames"]),
        "00280010": element("US", row["instance_rows"]),
        "00280011": element("US", row["instance_columns"]),
    }
