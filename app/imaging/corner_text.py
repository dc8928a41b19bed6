"""What stands in the corners of a picture, as data: which lines for which modality."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.imaging.attributes import functional_group, items, numbers, text
from resources import resource

if TYPE_CHECKING:
    from pydicom import Dataset

OWN_FILE = "corners.toml"

READ = (
    "PatientAge",
    "AccessionNumber",
    "AcquisitionTime",
    "BodyPartExamined",
    "PatientPosition",
    "ProtocolName",
    "Manufacturer",
    "ManufacturerModelName",
    "ContrastBolusAgent",
    "KVP",
    "XRayTubeCurrent",
    "Exposure",
    "ExposureTime",
    "SliceThickness",
    "SpacingBetweenSlices",
    "ConvolutionKernel",
    "CTDIvol",
    "SequenceName",
    "ScanningSequence",
    "RepetitionTime",
    "EchoTime",
    "InversionTime",
    "FlipAngle",
    "EchoTrainLength",
    "MagneticFieldStrength",
    "CompressionForce",
    "BodyPartThickness",
    "ExposureIndex",
    "TargetExposureIndex",
    "DeviationIndex",
    "FilterMaterial",
    "AnodeTargetMaterial",
)
"""Attributes that are read for the corners alone."""
KNOWN = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "InstitutionName",
    "StudyDescription",
    "StudyDate",
    "StudyTime",
    "Modality",
    "SeriesNumber",
    "SeriesDescription",
    "InstanceNumber",
    "ViewPosition",
    "ImageLaterality",
)
"""Attributes that every instance is listed with."""
_GROUPS = {
    "KVP": ("CTXRayDetailsSequence", "KVP"),
    "XRayTubeCurrent": ("CTExposureSequence", "XRayTubeCurrentInmA"),
    "Exposure": ("CTExposureSequence", "ExposureInmAs"),
    "CTDIvol": ("CTExposureSequence", "CTDIvol"),
    "SliceThickness": ("PixelMeasuresSequence", "SliceThickness"),
    "RepetitionTime": ("MRTimingAndRelatedParametersSequence", "RepetitionTime"),
    "FlipAngle": ("MRTimingAndRelatedParametersSequence", "FlipAngle"),
    "EchoTime": ("MREchoSequence", "EffectiveEchoTime"),
}
_NAMED = re.compile(r"\{(\w*)\}")
_FREE = frozenset({"PN", "LO", "SH", "ST", "LT", "UT", "UC", "AS", "DA", "DT", "TM"})
_NUMBERS = frozenset({"DS", "IS", "FD", "FL", "US", "SS", "UL", "SL"})

Values = tuple[tuple[str, str], ...]
"""Attribute keyword and what the file says, numbers without needless decimals."""


class CornerFileError(Exception):
    """A file of corner texts cannot be used; says where and why, for who wrote it."""


def _line(value: str) -> str:
    for part in value.split("|"):
        names = _NAMED.findall(part)
        if not names or "{" in _NAMED.sub("", part) or "}" in _NAMED.sub("", part):
            raise ValueError(f"'{part.strip()}' needs an attribute in braces, as in '{{KVP}} kV'")
        for name in names:
            if name not in READ and name not in KNOWN:
                raise ValueError(f"unknown attribute {name}")
    return value


Line = Annotated[str, Field(max_length=200), AfterValidator(_line)]
Lines = Annotated[tuple[Line, ...], Field(max_length=8)]


class _Corners(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=lambda name: name.replace("_", "-")
    )

    top_left: Lines | None = None
    top_right: Lines | None = None
    bottom_left: Lines | None = None
    bottom_right: Lines | None = None


class _OfModality(_Corners):
    names: tuple[Annotated[str, Field(pattern=r"^[A-Z0-9_ ]{1,16}$")], ...] = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    default: _Corners = _Corners()
    modality: tuple[_OfModality, ...] = ()

    @model_validator(mode="after")
    def _each_modality_once(self) -> _File:
        names = [name for one in self.modality for name in one.names]
        if len(names) != len(set(names)):
            raise ValueError("a modality is named twice")
        return self


@dataclass(frozen=True, slots=True)
class CornerLines:
    """The lines of each corner; parts between bars stand beside each other."""

    top_left: tuple[str, ...] = ()
    top_right: tuple[str, ...] = ()
    bottom_left: tuple[str, ...] = ()
    bottom_right: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CornerText:
    """Files of corner texts, the first before the others."""

    _files: tuple[_File, ...]

    def lines(self, modality: str) -> CornerLines:
        """What stands where for a modality: of each file what it says of the modality, then what
        it says of all; what none says is empty."""
        asked: list[_Corners] = []
        for file in self._files:
            asked.extend(one for one in file.modality if modality in one.names)
            asked.append(file.default)

        def of(corner: str) -> tuple[str, ...]:
            found = (getattr(one, corner) for one in asked)
            return next((lines for lines in found if lines is not None), ())

        return CornerLines(of("top_left"), of("top_right"), of("bottom_left"), of("bottom_right"))


def read_corner_text(source: str) -> CornerText:
    """The corner texts of a file.

    Raises:
        CornerFileError: it is no TOML, or says what corners cannot say.
    """
    try:
        return CornerText((_File.model_validate(tomllib.loads(source)),))
    except tomllib.TOMLDecodeError as error:
        raise CornerFileError(str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CornerFileError(": ".join(part for part in (where, first["msg"]) if part)) from error


@cache
def shipped_corner_text() -> CornerText:
    """The corner texts that come with the program; errors as `read_corner_text`."""
    return read_corner_text(resource("corners", "corners.toml").read_text(encoding="utf-8"))


def with_own_corner_text(file: Path) -> CornerText:
    """A person's own corner texts before the shipped ones.

    Raises:
        CornerFileError: the file is there and cannot be used.
    """
    shipped = shipped_corner_text()
    try:
        source = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return shipped
    except (OSError, UnicodeDecodeError) as error:
        raise CornerFileError("the file cannot be read as text") from error
    return CornerText((*read_corner_text(source)._files, *shipped._files))


@cache
def _vr(keyword: str) -> str:
    # Late: the viewer starts without pydicom.
    from pydicom.datadict import dictionary_VR

    return dictionary_VR(keyword)


@cache
def is_free(keyword: str) -> bool:
    """Whether an attribute names somebody, a place or a time, or is free text, in which anything
    may have been typed (PS3.5 6.2)."""
    who = keyword.startswith("Patient") and keyword != "PatientPosition"
    return who or _vr(keyword) in _FREE


def corner_values(ds: Dataset) -> Values:
    """What an object says of the attributes in `READ`, those that are there.

    Of functional groups the shared ones count only: what differs from frame to frame would be
    wrong for most of them (PS3.3 C.7.6.16).
    """
    shared = items(ds, "SharedFunctionalGroupsSequence")
    found = []
    for keyword in READ:
        said = _said(ds, keyword, keyword)
        if not said and shared and keyword in _GROUPS:
            sequence, inner = _GROUPS[keyword]
            # Asked for no frame, it answers the shared one.
            group = functional_group(ds, -1, sequence)
            said = _said(group, inner, keyword) if group is not None else ""
        if said:
            found.append((keyword, said))
    return tuple(found)


def _said(ds: Dataset, keyword: str, meant: str) -> str:
    if _vr(meant) not in _NUMBERS:
        return text(ds, keyword).replace("\\", " / ")
    return " / ".join(_plain(value) for value in numbers(ds, keyword))


def _plain(value: float) -> str:
    if value and abs(value) < 0.001:
        return f"{value:.3g}"
    return f"{value:.3f}".rstrip("0").rstrip(".")


def filled(line: str, values: dict[str, str]) -> str:
    """A line with what the file says; a part with an attribute that it does not say is left out."""
    parts = []
    for part in line.split("|"):
        if all(values.get(name) for name in _NAMED.findall(part)):
            parts.append(_NAMED.sub(lambda name: values[name[1]], part.strip()))
    return "  ".join(parts)
