"""Words of structured reports and key image selections that the standard leaves to the reader."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.imaging.coded import Code
from app.imaging.references import Reference
from app.imaging.structured_report import ContentItem, Relationship, ValueType
from app.viewers.document.code_words import code_words, rounded

translate = QCoreApplication.translate
_MOST_FRAMES = 8


def relation_words(item: ContentItem) -> str:
    """How an item belongs to the one above, where that is more than "contains"."""
    if item.relationship is Relationship.INFERRED_FROM:
        return translate("DocumentViewer", "inferred from")
    if item.relationship is Relationship.SELECTED_FROM:
        return translate("DocumentViewer", "selected from")
    return ""


def value_words(item: ContentItem) -> str:
    """The value of an item as it is read, without links."""
    match item.kind:
        case ValueType.NUM:
            if not item.value:
                return code_words(item.code) or translate("DocumentViewer", "no value")
            number = f"{rounded(item.value)} {item.unit}".strip()
            return f"{number} ({code_words(item.code)})" if item.code is not None else number
        case ValueType.CODE if item.code is not None:
            return code_words(item.code)
        case ValueType.SCOORD | ValueType.SCOORD3D:
            return shape_words(item.value, item.points)
        case _:
            return item.value


def shape_words(graphic_type: str, points: int) -> str:
    """A shape in a picture (PS3.3 C.18.6, C.18.9)."""
    known = {
        "POINT": translate("DocumentViewer", "Point in the picture"),
        "MULTIPOINT": translate("DocumentViewer", "Points in the picture"),
        "POLYLINE": translate("DocumentViewer", "Line in the picture"),
        "POLYGON": translate("DocumentViewer", "Polygon in the picture"),
        "CIRCLE": translate("DocumentViewer", "Circle in the picture"),
        "ELLIPSE": translate("DocumentViewer", "Ellipse in the picture"),
        "ELLIPSOID": translate("DocumentViewer", "Ellipsoid in space"),
    }
    words = known.get(graphic_type.upper(), translate("DocumentViewer", "Shape in the picture"))
    if graphic_type.upper() in ("POLYLINE", "POLYGON", "MULTIPOINT"):
        count = translate("DocumentViewer", "{n} points").format(n=points)
        return f"{words}, {count}"
    return words


def reference_words(reference: Reference, kind: ValueType) -> str:
    """The text of a link."""
    if kind is ValueType.WAVEFORM or ".5.1.4.1.1.9." in reference.sop_class_uid:
        words = translate("DocumentViewer", "Curves")
    elif ".5.1.4.1.1.88." in reference.sop_class_uid or ".1.104." in reference.sop_class_uid:
        words = translate("DocumentViewer", "Document")
    else:
        words = translate("DocumentViewer", "Image")
    if not reference.frames:
        return words
    frames = ", ".join(str(frame + 1) for frame in reference.frames[:_MOST_FRAMES])
    more = "…" if len(reference.frames) > _MOST_FRAMES else ""
    return translate("DocumentViewer", "{what}, frame {frames}").format(
        what=words, frames=frames + more
    )


def reason_of_selection(code: Code | None) -> str:
    """Why pictures were chosen (PS3.16 CID 7010), in the reader's language where it is known."""
    if code is None:
        return translate("DocumentViewer", "No reason is given.")
    known = {
        "113000": translate("DocumentViewer", "Of interest"),
        "113001": translate("DocumentViewer", "Rejected for quality reasons"),
        "113002": translate("DocumentViewer", "For the referring provider"),
        "113003": translate("DocumentViewer", "For surgery"),
        "113004": translate("DocumentViewer", "For teaching"),
        "113005": translate("DocumentViewer", "For conference"),
        "113006": translate("DocumentViewer", "For therapy"),
        "113007": translate("DocumentViewer", "For the patient"),
        "113008": translate("DocumentViewer", "For peer review"),
        "113009": translate("DocumentViewer", "For research"),
        "113010": translate("DocumentViewer", "Quality issue"),
        "113013": translate("DocumentViewer", "Best in set"),
        "113018": translate("DocumentViewer", "For printing"),
        "113020": translate("DocumentViewer", "For report attachment"),
        "113030": translate("DocumentViewer", "Manifest"),
        "113037": translate("DocumentViewer", "Rejected for patient safety reasons"),
        "113038": translate("DocumentViewer", "Incorrect modality worklist entry"),
        "113039": translate("DocumentViewer", "Data retention policy expired"),
    }
    return known.get(code.value, code_words(code)) if code.scheme == "DCM" else code_words(code)
