"""What an object says of itself: metadata (PS3.18 10.4.1.1.2), and its bulk data."""

import warnings
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, cast

from pydicom import dcmread
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag, Tag
from pydicom.uid import ExplicitVRLittleEndian

from server.api.dicomweb.colours import uncompressed
from server.api.dicomweb.words import turn_words
from server.domain.errors import NotFound, invalid_field
from server.domain.ports import ObjectReader

BULK_BYTES = 1024
PIXELS = "7FE00010"
EXPLICIT = str(ExplicitVRLittleEndian)
_BULK = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "UN"))


def metadata(
    source: ObjectReader,
    url: str,
    *,
    bulk: bool = True,
    plain: bool = False,
    only: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Every attribute, or `only` those with these tags; large values are named by a BulkDataURI
    below `url` (the path of an element in a sequence: tag, item from 1, tag …), or left out where
    `bulk` is false.

    `plain` describes frames as they come in Explicit VR Little Endian, not as they are stored.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = None if only is None else _with_what_tells_them(only)
        found = dcmread(cast(BinaryIO, source), stop_before_pixels=True, specific_tags=wanted)
        more = source.read(4)
        turn_words(found, found.file_meta.TransferSyntaxUID)
        syntax = str(found.file_meta.TransferSyntaxUID)
        if plain:
            syntax = EXPLICIT
            _turn_colours(found)
        paths = {id(one): path for path, one in _large(found, "")}

        def named(element: DataElement) -> str:
            return f"{url}/bulkdata/{paths.get(id(element), f'{element.tag:08X}')}"

        body: dict[str, Any] = found.to_json_dict(
            bulk_data_threshold=BULK_BYTES,
            bulk_data_element_handler=named,
            suppress_invalid_tags=True,
        )
    if more:
        body[PIXELS] = {"vr": "OW", "BulkDataURI": f"{url}/bulkdata/{PIXELS}"}
    body["00083002"] = {"vr": "UI", "Value": [syntax]}
    if not bulk:
        body = {tag: one for tag, one in body.items() if "BulkDataURI" not in one}
    return body


def _with_what_tells_them(only: Sequence[str]) -> list[BaseTag]:
    """With what says how they are to be read in Implicit VR: whether pixels have a sign (PS3.5 6.2,
    US or SS), and whose a private element is (PS3.5 7.8.1)."""
    tags = [Tag(tag) for tag in only]
    creators = [tag.private_creator for tag in tags if tag.is_private]
    return [*tags, Tag("PixelRepresentation"), *creators]


def _turn_colours(found: Dataset) -> None:
    if "PhotometricInterpretation" in found:
        stored = str(found.PhotometricInterpretation)
        found.PhotometricInterpretation = uncompressed(stored)


def _large(found: Dataset, before: str) -> Iterator[tuple[str, DataElement]]:
    for element in found:
        path = f"{before}{element.tag:08X}"
        if element.VR == "SQ":
            for number, item in enumerate(element.value, 1):
                yield from _large(item, f"{path}/{number}/")
        elif element.VR in _BULK:
            yield path, element


def bulk_data(source: ObjectReader, path: str) -> bytes:
    """The bytes of one attribute; `path` as in its BulkDataURI."""
    parts = path.split("/")
    if len(parts) % 2 == 0 or not all(_numbers(parts)):
        raise invalid_field("a path is a tag of eight hexadecimal digits, or tag/item/tag", "tag")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = dcmread(cast(BinaryIO, source), specific_tags=[int(parts[0], 16)])
        turn_words(whole, whole.file_meta.TransferSyntaxUID)
        within: Dataset = whole
        for tag, item in zip(parts[:-1:2], parts[1::2], strict=True):
            items = within[int(tag, 16)].value if int(tag, 16) in within else []
            number = int(item) - 1
            if isinstance(items, bytes | str) or not 0 <= number < len(items):
                raise _no_bulk()
            within = items[number]
        last = int(parts[-1], 16)
        value = within[last].value if last in within else None
    if not isinstance(value, bytes):
        raise _no_bulk()
    return value


def _numbers(parts: list[str]) -> Iterator[bool]:
    for place, part in enumerate(parts):
        hexadecimal = len(part) == 8 and all(sign in "0123456789abcdefABCDEF" for sign in part)
        yield (part.isascii() and part.isdigit() and len(part) < 7) if place % 2 else hexadecimal


def _no_bulk() -> NotFound:
    return NotFound("the instance has no such bulk data")
