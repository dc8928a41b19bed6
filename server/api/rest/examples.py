"""Examples of the main bodies for the OpenAPI document; all names are invented."""

from typing import Any

CONTENT: dict[str, Any] = {
    "patient": {
        "name": "林小溪",
        "patient_id": "QS-2026-0042",
        "sex": "female",
        "birth_date": "1958-04-02",
    },
    "reason": "咳嗽三周，右肺下叶结节",
    "question": "结节性质及下一步处理？",
    "history": "高血压十年，不吸烟。",
    "findings": "右下肺呼吸音低。",
    "diagnosis_codes": ["R91"],
    "mode": "advice",
    "urgency": "urgent",
    "department": "放射科",
    "consent": {
        "form": "written",
        "given_by": "林小溪",
        "given_at": "2026-01-05T08:30:00Z",
        "library": True,
    },
}
CREATE: dict[str, Any] = {"id": "0197f3b0-1111-7000-8000-000000000042", "content": CONTENT}
SAVE_CASE: dict[str, Any] = {"version": 1, "content": CONTENT}
MANIFEST: dict[str, Any] = {
    "study_instance_uid": "2.25.1",
    "modalities": ["CT"],
    "description": "胸部平扫",
    "instances": [
        {
            "sop_instance_uid": "2.25.3",
            "series_instance_uid": "2.25.2",
            "sha256": "0" * 64,
            "size": 525312,
        }
    ],
}
