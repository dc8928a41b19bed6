"""Why a file or an image was left out or refused, in the language that is on.

The transfer process and the image pipeline say plain English sentences; they are the sources of
this catalogue, as `tr()` texts are of others. A test holds the two together.
"""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

CONTEXT = "image_reasons"
SENTENCES = (
    QT_TRANSLATE_NOOP("image_reasons", "This is not a DICOM file."),
    QT_TRANSLATE_NOOP("image_reasons", "The file has no DICOM preamble (PS3.10 7.1)."),
    QT_TRANSLATE_NOOP("image_reasons", "The file ends before its attributes do."),
    QT_TRANSLATE_NOOP("image_reasons", "The file ends before its picture begins."),
    QT_TRANSLATE_NOOP("image_reasons", "The file ends before its picture does."),
    QT_TRANSLATE_NOOP("image_reasons", "The file cannot be read from the disk."),
    QT_TRANSLATE_NOOP("image_reasons", "The file claims more than it can hold."),
    QT_TRANSLATE_NOOP("image_reasons", "The file is nested too deeply to be read."),
    QT_TRANSLATE_NOOP("image_reasons", "The structure of the file is broken."),
    QT_TRANSLATE_NOOP("image_reasons", "The deflated file does not say where its data begin."),
    QT_TRANSLATE_NOOP("image_reasons", "The deflated part of the file is damaged."),
    QT_TRANSLATE_NOOP("image_reasons", "The file would inflate beyond what can be held."),
    QT_TRANSLATE_NOOP(
        "image_reasons", "The file does not say how its data are encoded (no transfer syntax)."
    ),
    QT_TRANSLATE_NOOP(
        "image_reasons", "The server already holds a different image under the same identity."
    ),
    QT_TRANSLATE_NOOP("image_reasons", "The server does not take this kind of object."),
    QT_TRANSLATE_NOOP("image_reasons", "The server has no room for this image."),
    QT_TRANSLATE_NOOP("image_reasons", "The image says that it belongs to another study."),
    QT_TRANSLATE_NOOP("image_reasons", "The server cannot read this file as DICOM."),
    QT_TRANSLATE_NOOP("image_reasons", "The image arrived changed."),
    QT_TRANSLATE_NOOP(
        "image_reasons", "The copy on this computer is damaged: import the image again."
    ),
    QT_TRANSLATE_NOOP(
        "image_reasons", "The server holds other images of this study: import the whole study."
    ),
    QT_TRANSLATE_NOOP("image_reasons", "The server does not list this image."),
    QT_TRANSLATE_NOOP(
        "image_reasons", "The server does not know this study, or it is not yours to see."
    ),
    QT_TRANSLATE_NOOP("image_reasons", "The server does not let this account do that."),
    QT_TRANSLATE_NOOP("image_reasons", "This account does not take part in the case."),
    QT_TRANSLATE_NOOP(
        "image_reasons", "The case takes no more images: it was submitted or closed."
    ),
    QT_TRANSLATE_NOOP("image_reasons", "The image is larger than the server takes."),
    QT_TRANSLATE_NOOP(
        "image_reasons", "The server does not accept the list of images of this study."
    ),
    QT_TRANSLATE_NOOP(
        "image_reasons", "The server's certificate is not the one this profile trusts."
    ),
    QT_TRANSLATE_NOOP("image_reasons", "The server's answer was not understood."),
    QT_TRANSLATE_NOOP("image_reasons", "The server cannot be reached."),
    QT_TRANSLATE_NOOP("image_reasons", "There is no session with the server."),
)
_LACKING = str(QT_TRANSLATE_NOOP("image_reasons", "The file lacks what an image needs."))
_REFUSED = str(QT_TRANSLATE_NOOP("image_reasons", "The server did not store the image."))


def reason_words(sentence: str) -> str:
    """The sentence in the language that is on; one that names a detail becomes its general form."""
    known = sentence
    if sentence and sentence not in SENTENCES:
        known = _REFUSED if sentence.startswith("The server") else _LACKING
    return QCoreApplication.translate(CONTEXT, known) if known else ""
