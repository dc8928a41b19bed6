"""Hanging protocols as data: what they may say, and how they are read from TOML."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.imaging.voi import modality_presets
from resources import resource

LARGEST = 4
_CT_NAMES = frozenset(preset.explanation for preset in modality_presets("CT"))
Id = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]
Side = Literal["L", "R"]
Count = Annotated[int, Field(ge=0, le=100_000)]


class ProtocolFileError(Exception):
    """A file of protocols cannot be used; says where and why, for who wrote it."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Name(_Data):
    """A name in both languages of the program."""

    en: str = Field(min_length=1, max_length=60)
    zh_CN: str = Field(min_length=1, max_length=60)


class Match(_Data):
    """Which studies a protocol is for; every criterion that is given must hold.

    Of `body_parts` (BodyPartExamined) and `words` (in the descriptions of study and series and in
    the anatomic region) one suffices, because few files fill both. `images` is the least and the
    greatest number of pictures; `fills` how many cells of the first stage must find one.
    """

    modalities: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    images: tuple[Count, Count] | None = None
    prior: bool = False
    fills: int = Field(default=1, ge=0, le=LARGEST * LARGEST)


class Axis(StrEnum):
    """The direction in the patient that a plane's normal is nearest to."""

    AXIAL = "axial"
    SAGITTAL = "sagittal"
    CORONAL = "coronal"


class Fit(StrEnum):
    """How a picture lies in its cell at first: whole, filling the cell, or with the chest wall at
    the edge where the other breast hangs."""

    WHOLE = "whole"
    FILL = "fill"
    CHEST_WALL = "chest-wall"


class Cell(_Data):
    """What one cell shows.

    `prefer` ranks what may hang here: a series with the first word before one with the second.
    `like` is the number (from 0) of an earlier cell whose series this one resembles, in another
    study. `again` allows a series that another cell shows already. `preset` is the name of a
    window of the picture or its modality, `window` a centre and a width in modality values.
    """

    study: Literal["current", "prior"] = "current"
    modalities: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    laterality: Side | None = None
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    plane: Axis | None = None
    like: int | None = Field(default=None, ge=0)
    again: bool = False
    preset: str = ""
    window: tuple[float, Annotated[float, Field(gt=0)]] | None = None
    invert: bool = False
    fit: Fit = Fit.WHOLE


class Stage(_Data):
    """Rows × columns cells at once; cells that are not described take what is left."""

    name: Name
    rows: int = Field(ge=1, le=LARGEST)
    columns: int = Field(ge=1, le=LARGEST)
    cells: tuple[Cell, ...] = Field(min_length=1)
    sync: bool = False
    link_window: bool = False
    link_zoom: bool = False

    @model_validator(mode="after")
    def _is_possible(self) -> Stage:
        if len(self.cells) > self.rows * self.columns:
            raise ValueError("more cells than rows × columns")
        if any(cell.like is not None and cell.like >= n for n, cell in enumerate(self.cells)):
            raise ValueError("like must name an earlier cell")
        return self


class Protocol(_Data):
    """One way to hang a kind of study, in one or several stages."""

    id: Id
    name: Name
    match: Match
    stages: tuple[Stage, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _presets_exist(self) -> Protocol:
        # Only CT has windows that mean the same in every file; others bring their own names.
        if set(self.match.modalities) == {"CT"}:
            named = {cell.preset for stage in self.stages for cell in stage.cells if cell.preset}
            if named - _CT_NAMES:
                raise ValueError(f"unknown presets {sorted(named - _CT_NAMES)}")
        return self

    @property
    def is_general(self) -> bool:
        """Whether it is for every case, and so says nothing about this one."""
        match = self.match
        return not (match.modalities or match.body_parts or match.words or match.prior)


class _File(_Data):
    protocol: tuple[Protocol, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> _File:
        ids = [one.id for one in self.protocol]
        if len(ids) != len(set(ids)):
            raise ValueError("two protocols have one id")
        return self


def read_protocols(text: str) -> tuple[Protocol, ...]:
    """The protocols of a file, in its order.

    Raises:
        ProtocolFileError: it is no TOML, or says what protocols cannot say.
    """
    try:
        return _File.model_validate(tomllib.loads(text)).protocol
    except tomllib.TOMLDecodeError as error:
        raise ProtocolFileError(str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ProtocolFileError(f"{where}: {first['msg']}") from error


def shipped_protocols() -> tuple[Protocol, ...]:
    """The protocols that come with the program; errors as `read_protocols`."""
    return read_protocols(resource("hanging", "protocols.toml").read_text(encoding="utf-8"))


def with_own(shipped: tuple[Protocol, ...], file: Path) -> tuple[Protocol, ...]:
    """The shipped protocols and before them a person's own; one with a shipped id replaces it.

    Raises:
        ProtocolFileError: the file is there and cannot be used.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return shipped
    except (OSError, UnicodeDecodeError) as error:
        raise ProtocolFileError("the file cannot be read as text") from error
    own = read_protocols(text)
    ids = {one.id for one in own}
    return (*own, *(one for one in shipped if one.id not in ids))
