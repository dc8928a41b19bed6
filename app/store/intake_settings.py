"""How pictures come to this computer: what hospital IT sets on the page of that name.

Kept openly in the profile, for nothing here is secret; passwords of PACS are sealed apart.
"""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from protocol.base import Message

AeTitle = Annotated[str, StringConstraints(pattern=r"^[ -\[\]-~]{1,16}$", strip_whitespace=True)]
"""An application entity title (PS3.5 6.2, AE): up to 16 printable characters, no backslash."""
Host = Annotated[str, StringConstraints(pattern=r"^[\w.:%-]*$", max_length=253)]
Port = Annotated[int, Field(ge=1, le=65535)]


class Charset(StrEnum):
    """In which character set names go out (PS3.3 C.12.1.1.2); both ways all are understood."""

    UTF_8 = "ISO_IR 192"
    GB18030 = "GB18030"
    GBK = "GBK"
    GB2312 = "ISO 2022 IR 58"
    LATIN_1 = "ISO_IR 100"


class Caller(Message):
    """A device that may send: its AE title, its address, or both. An empty part admits any.

    `port` is where the device listens itself; results of storage commitment go there. 0: it does
    not listen, and is told on the association it opened.
    """

    ae_title: str = Field("", max_length=16)
    host: Host = ""
    port: int = Field(0, ge=0, le=65535)


class Receiver(Message):
    """The storage SCP of this computer."""

    on: bool = False
    ae_title: AeTitle = "HUIZHEN"
    port: Port = 11112
    address: Host = ""
    """Of the network card to listen on; empty: all of them."""
    callers: tuple[Caller, ...] = ()
    admit_unknown: bool = False
    """Also takes what devices send that are not in the list."""
    worklist: bool = False
    """Offers the patients of cases being prepared to the modalities (PS3.4 K)."""
    worklist_charset: Charset = Charset.UTF_8


class PacsKind(StrEnum):
    DIMSE = "dimse"
    DICOMWEB = "dicomweb"


class Retrieve(StrEnum):
    """How pictures are fetched from a PACS that speaks DIMSE."""

    MOVE = "c-move"
    GET = "c-get"


class Pacs(Message):
    """One archive of the hospital; with DICOMweb only `url` and `username` count."""

    id: UUID
    name: str = Field(max_length=80)
    kind: PacsKind = PacsKind.DIMSE
    ae_title: str = Field("", max_length=16)
    host: Host = ""
    port: int = Field(104, ge=1, le=65535)
    retrieve: Retrieve = Retrieve.GET
    charset: Charset = Charset.UTF_8
    reports: bool = False
    """Reports that the clinic has received are stored there by themselves."""
    url: str = Field("", max_length=400)
    username: str = Field("", max_length=80)


class AfterTaking(StrEnum):
    """What becomes of a file in the watched folder once it is in the inbox."""

    KEEP = "keep"
    MOVE = "move"


class Watched(Message):
    """A folder that another program writes pictures into."""

    on: bool = False
    folder: str = Field("", max_length=1000)
    after: AfterTaking = AfterTaking.MOVE


class Hl7Receiver(Message):
    """Where the hospital's interface engine sends HL7 v2 messages (MLLP; 2575 is IANA's port)."""

    on: bool = False
    port: Port = 2575
    address: Host = ""
    """Of the network card to listen on; empty: all of them."""
    hosts: tuple[Host, ...] = ()
    """Addresses that may send; nobody else may."""
    certificate: str = Field("", max_length=1000)
    """A file of this computer: its certificate, those above it and its key (PEM). Empty: no TLS."""
    authority: str = Field("", max_length=1000)
    """A file with the authority of those that may send (PEM): they show a certificate too. Empty:
    they need none."""


class IntakeSettings(Message):
    """Everything about intake, as the profile keeps it."""

    receiver: Receiver = Receiver()
    pacs: tuple[Pacs, ...] = ()
    watched: Watched = Watched()
    hl7: Hl7Receiver = Hl7Receiver()
