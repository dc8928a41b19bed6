"""Examples for every body of the OpenAPI document, made from the schemas themselves.

A value is chosen by the property's name where the name says what it is, else by its type. All
names are invented.
"""

import re
from typing import Any

Schema = dict[str, Any]

_ID = "0197f3b0-1111-7000-8000-000000000042"
_MOMENT = "2026-01-05T08:30:00Z"
_BY_NAME: dict[str, Any] = {
    "approved": "0" * 64,
    "access_token": "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl",  # nosec B105  # an example
    "allergies": ["青霉素"],
    "allowed_actions": ["receive"],
    "age_band": "middle_aged",
    "candidate": "candidate:1 1 UDP 2122252543 192.0.2.7 50000 typ host",
    "checklist": ["补充增强CT"],
    "claim_token": "b2c3fYy0Zr8tq1n5w7x9aQ",  # nosec B105  # an example
    "code": "b2c3fYy0Zr8tq1n5w7x9aQ",
    "decision_note": "已按建议转诊",
    "decline_reason": None,
    "department": "放射科",
    "departments": ["放射科"],
    "description": "胸部平扫",
    "device": "诊室电脑",
    "diagnosis_codes": ["R91"],
    "display_name": "陈一明",
    "id": "5f2c0d9e8b7a46351f2e3d4c5b6a7980",
    "loinc": "8867-4",
    "ucum": "/min",
    "unit": "次/分",
    "link": "https://call.hospital.example/join#b2c3fYy0Zr8tq1n5w7x9aQ",
    "wording": "2026-11-27",
    "expert_institution": "省人民医院",
    "expert_name": "陈一明",
    "expert_title": "chief_physician",
    "findings": "右下肺磨玻璃结节，约8毫米。",
    "given_by": "林小溪",
    "history": "高血压十年，不吸烟。",
    "holder": None,
    "icd10_prefixes": ["R91", "J"],
    "impression": "右下肺磨玻璃结节，建议随访。",
    "ineligible": [],
    "institution_name": "青山卫生院",
    "learning_points": ["罕见病识别"],
    "licence_number": "1101-0042",
    "location": ["content", "patient", "sex"],
    "missing": [],
    "modalities": ["CT"],
    "name": "林小溪",
    "next": None,
    "number": "CONS-20260105-0042",
    "patient_birth_date": "1958-04-02",
    "patient_id": "QS-2026-0042",
    "patient_name": "林小溪",
    "patient_sex": "female",
    "phone": "0571-0000000",
    "presented_form": "0" * 64,
    "public_key": "A" * 43 + "=",
    "question": "结节性质及下一步处理？",
    "reason": "咳嗽三周，右肺下叶结节",
    "recommendation": "三个月后复查胸部CT。",
    "refresh_token": "Xb7nQ2rT9yLk4mVw8sZc1dFg",  # nosec B105  # an example
    "requester_institution": "青山卫生院",
    "requester_name": "林一",
    "sdp": "v=0\r\n",
    "sex": "female",
    "sha256": "0" * 64,
    "signature": "A" * 86 + "==",
    "temporary_password": "change-me-at-first-sign-in",  # nosec B105  # an example
    "text": "请补充增强CT。",
    "ticket": "c1ckEt5yZr8tq1n5w7x9aQ",
    "title": "放射科 · 右下肺磨玻璃结节",
    "undeclared": [],
    "urls": ["turn:turn.example.org:3478?transport=udp"],
    "username": "chen.yiming",
    "value": "20.00",
    "score": "134.00",
}


def _allowed(schema: Schema, value: Any) -> bool:
    """Whether a value from the table has the kind the schema asks for."""
    kinds = {part.get("type") for part in schema.get("anyOf", [schema])}
    if value is None:
        return "null" in kinds
    kind = {str: "string", list: "array", int: "integer", bool: "boolean"}[type(value)]
    plain = [part for part in schema.get("anyOf", [schema]) if part.get("type") == kind]
    return any("format" not in part and "enum" not in part for part in plain)


def example_of(schema: Schema, schemas: Schema, name: str = "") -> Any:
    """An example of a schema; `schemas` are the document's components."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        told = _BY_NAME.get(name)
        return told if told in schema["enum"] else schema["enum"][0]
    if name in _BY_NAME and _allowed(schema, _BY_NAME[name]) and _fits(schema, _BY_NAME[name]):
        return _BY_NAME[name]
    if "anyOf" in schema:
        parts = [part for part in schema["anyOf"] if part.get("type") != "null"]
        return example_of(parts[0], schemas, name)
    match schema.get("type"):
        case "object":
            known = schema.get("properties", {})
            return {key: example_of(part, schemas, key) for key, part in known.items()}
        case "array":
            return [example_of(schema.get("items", {}), schemas, name.removesuffix("s"))]
        case "integer":
            return int(schema.get("minimum", 1)) or 1
        case "boolean":
            return False
        case _:
            return _text(schema, name)


def _fits(schema: Schema, value: Any) -> bool:
    if not isinstance(value, str):
        return True
    short = len(value) <= schema.get("maxLength", len(value))
    return short and re.search(schema.get("pattern", ""), value) is not None


def _text(schema: Schema, name: str) -> str:
    formats = {
        "uuid": _ID,
        "date-time": _MOMENT,
        "date": "1958-04-02",
        "password": "a long enough password",  # nosec B105  # an example
    }
    found = formats.get(schema.get("format", ""))
    if found is not None:
        return found
    if name.endswith("_uid") or name in ("missing", "undeclared"):
        return "2.25.1"
    return name or "text"


_STORED: Schema = {
    "00081199": {
        "vr": "SQ",
        "Value": [
            {
                "00081150": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.2"]},
                "00081155": {"vr": "UI", "Value": ["2.25.3"]},
            }
        ],
    }
}
"""A STOW-RS answer (PS3.18 10.5.3): ReferencedSOPSequence."""
_PARTS = "--b\r\nContent-Type: application/dicom\r\n\r\n(a Part 10 file)\r\n--b--\r\n"


def with_examples(document: Schema) -> None:
    """Gives every body of every operation an example where it has none."""
    schemas = document["components"]["schemas"]
    for path in document["paths"].values():
        for operation in path.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for body in bodies:
                for kind, content in body.get("content", {}).items():
                    content.setdefault("example", _example(kind, content, schemas))


def _example(kind: str, content: Schema, schemas: Schema) -> Any:
    if kind.startswith("multipart/"):
        return _PARTS
    if "schema" not in content:
        return _STORED
    return example_of(content["schema"], schemas)
