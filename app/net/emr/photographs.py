"""The photograph of a Patient (R4 Patient.photo), as far as it came with the record."""

from app.net.emr.elements import Json, decoded, objects, text_of

MOST_BYTES = 512 << 10
SIGNATURES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
"""What files of pictures that are shown begin with."""


def photograph_of(patient: Json) -> bytes:
    """JPEG or PNG; empty where there is none, it is larger than anybody needs to know a face, or it
    is not what it says. What would have to be fetched from another address is not."""
    for one in objects(patient.get("photo")):
        begins = SIGNATURES.get(text_of(one.get("contentType")).lower())
        data = one.get("data")
        if begins is None or not isinstance(data, str) or len(data) > MOST_BYTES * 4 // 3 + 4:
            continue
        if (found := decoded(data)).startswith(begins):
            return found
    return b""
