"""What an object is that is not shown, and why, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.imaging.document import DocumentKind, EncapsulatedDocument

translate = QCoreApplication.translate
_STORAGE = "1.2.840.10008.5.1.4.1.1."


def class_words(sop_class_uid: str) -> str:
    """The kind of object, in the reader's words where there are any, else as the standard says."""
    tail = sop_class_uid.removeprefix(_STORAGE)
    known = (
        ("88.59", translate("DocumentViewer", "Key images")),
        ("11.", translate("DocumentViewer", "Presentation state")),
        ("66.1", translate("DocumentViewer", "Spatial registration")),
        ("66.2", translate("DocumentViewer", "Spatial fiducials")),
        ("66.3", translate("DocumentViewer", "Deformable registration")),
        ("66.4", translate("DocumentViewer", "Segmentation")),
        ("66.5", translate("DocumentViewer", "Surface segmentation")),
        ("66", translate("DocumentViewer", "Raw data of a device")),
        ("67", translate("DocumentViewer", "Real-world value mapping")),
        ("481.2", translate("DocumentViewer", "Radiotherapy dose")),
        ("481.3", translate("DocumentViewer", "Radiotherapy structures (contours)")),
        ("481.5", translate("DocumentViewer", "Radiotherapy plan")),
        ("481.", translate("DocumentViewer", "Radiotherapy object")),
        ("104.1", translate("DocumentViewer", "PDF document")),
        ("104.3", translate("DocumentViewer", "3D model (STL)")),
        ("104.4", translate("DocumentViewer", "3D model (OBJ)")),
        ("104.5", translate("DocumentViewer", "Materials of a 3D model (MTL)")),
    )
    if tail != sop_class_uid:
        for start, words in known:
            if tail.startswith(start):
                return words
    from pydicom.uid import UID

    name = str(UID(sop_class_uid).name) if sop_class_uid else ""
    if name and name != sop_class_uid:
        return name.removesuffix(" Storage")
    return translate("DocumentViewer", "Object of an unknown kind")


def why_words(sop_class_uid: str, document: EncapsulatedDocument | None) -> str:
    """Why it is not shown, and what can be done."""
    models = (DocumentKind.STL, DocumentKind.OBJ, DocumentKind.MTL)
    if document is not None and document.kind is DocumentKind.PDF:
        return translate(
            "DocumentViewer",
            "The PDF is protected by a password. Save a copy and open it with the password.",
        )
    if document is not None and document.kind in models:
        return translate(
            "DocumentViewer",
            "3D models are not shown here. Save a copy and open it in a program for 3D models.",
        )
    if document is not None:
        return translate(
            "DocumentViewer",
            "This kind of document ({type}) is not shown here. Save a copy to open it elsewhere.",
        ).format(type=document.mime_type or "?")
    tail = sop_class_uid.removeprefix(_STORAGE)
    if tail.startswith(("11.", "66.1", "66.2", "66.3", "67")):
        return translate(
            "DocumentViewer",
            "It is no picture by itself: it says how pictures of the study are shown or relate.",
        )
    if tail.startswith(("66.4", "66.5", "481.2", "481.3")):
        return translate(
            "DocumentViewer",
            "It belongs to pictures. Open it together with them to see it over them.",
        )
    return translate("DocumentViewer", "This program does not know how to show it.")


def video_words() -> str:
    """Why a film in a DICOM file is not played."""
    return translate("DocumentViewer", "Films stored in DICOM files are not played yet.")
