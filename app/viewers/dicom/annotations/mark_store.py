"""Marks that nobody has saved yet, as records of a store that outlives the program."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Protocol
from uuid import UUID, uuid4

from app.imaging.annotation import Annotation, AnnotationKind, Measured, PlaneRef, Sheet
from app.imaging.calibration import Point
from app.imaging.hand_calibration import HandCalibration, Pictures
from app.imaging.planes import Plane
from app.imaging.series import SliceRef
from protocol.patients import PatientText

log = logging.getLogger(__name__)
_FORM = 1


class MarkStore(Protocol):
    """Who keeps records sealed on this computer (`app.store.profile.SealedStore`)."""

    def write(self, name: str, plain: bytes) -> None:
        """Keep a record under a name. Raises OSError."""
        ...

    def delete(self, name: str) -> None:
        """Keep it no longer; nothing happens where there is none. Raises OSError."""
        ...

    def read_all(self) -> dict[str, bytes]:
        """Every record that can be opened, by name. Raises OSError."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What was drawn in a study, and whose the pictures are by SOP Instance UID; `name` of the
    record in the store, empty where it is in none."""

    sheet: Sheet
    numbers: dict[Annotation, Measured] = field(default_factory=dict)
    patients: dict[str, PatientText] = field(default_factory=dict)
    name: str = ""


def as_record(kept: Kept) -> bytes:
    """UTF-8 JSON; numbers are left out, for they can be measured again."""
    sheet = kept.sheet
    made = {
        "form": _FORM,
        "annotations": [
            {
                "id": one.id.hex,
                "ref": _ref(one.ref),
                "plane": asdict(one.ref.plane) if isinstance(one.ref, PlaneRef) else None,
                "kind": str(one.kind),
                "points": one.points,
                "text": one.text,
            }
            for one in sheet.annotations
        ],
        "key_images": sorted(_ref(ref) for ref in sheet.key_images),
        "calibrations": [
            {
                "ref": _ref(by.of.ref),
                "series": by.of.series_instance_uid,
                "shape": by.of.shape,
                "line": by.line,
                "millimetres": by.millimetres,
                "whole_series": by.whole_series,
                "aspect": by.aspect,
            }
            for by in sheet.calibrations
        ],
        "patients": {
            uid: [who.name, who.patient_id, who.birth_date, who.sex]
            for uid, who in kept.patients.items()
            if uid in _uids(sheet)
        },
    }
    return json.dumps(made, ensure_ascii=False).encode()


def of_record(name: str, data: bytes) -> Kept:
    """Raises ValueError: it is no such record."""
    try:
        told: dict[str, Any] = json.loads(data)
        if told["form"] != _FORM:
            raise ValueError("written by another version")
        sheet = Sheet(
            tuple(
                Annotation(
                    UUID(hex=one["id"]),
                    _marked(one),
                    AnnotationKind(one["kind"]),
                    _points(one["points"]),
                    str(one["text"]),
                )
                for one in told["annotations"]
            ),
            frozenset(SliceRef(*ref) for ref in told["key_images"]),
            tuple(_calibration(one) for one in told["calibrations"]),
        )
        patients = {uid: PatientText(*who) for uid, who in told["patients"].items()}
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError("no record of marks") from error
    return Kept(sheet, {}, patients, name)


def _marked(one: dict[str, Any]) -> SliceRef:
    plane = one.get("plane")
    if plane is None:
        return SliceRef(*one["ref"])
    triples = {name: tuple(plane[name]) for name in ("position", "orientation")}
    uid, frame = one["ref"]
    return PlaneRef(uid, frame, Plane(**{**plane, **triples}))


def _calibration(one: dict[str, Any]) -> HandCalibration:
    rows, columns = one["shape"]
    first, second = _points(one["line"])
    return HandCalibration(
        Pictures(SliceRef(*one["ref"]), one["series"], (rows, columns)),
        (first, second),
        one["millimetres"],
        one["whole_series"],
        one["aspect"],
    )


def _points(told: list[list[float]]) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in told)


def _ref(ref: SliceRef) -> tuple[str, int]:
    return ref.sop_instance_uid, ref.frame


def _uids(sheet: Sheet) -> set[str]:
    refs = {*(one.ref for one in sheet.annotations), *sheet.key_images}
    refs |= {by.of.ref for by in sheet.calibrations}
    return {ref.sop_instance_uid for ref in refs}


class MarkDisk:
    """Reads and writes a store in one thread of its own, in order; `failed` is called from it."""

    def __init__(self, store: MarkStore, failed: Callable[[], None]) -> None:
        self._store = store
        self._failed = failed
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="marks-kept")
        self._loading: Future[list[Kept]] | None = self._thread.submit(self._load)

    def loaded(self) -> list[Kept]:
        """What was there when the program began, once."""
        loading, self._loading = self._loading, None
        return loading.result() if loading is not None else []

    def keep(self, kept: Kept) -> str:
        """Write a record, under a new name where it has none; answers the name."""
        name = kept.name or uuid4().hex
        self._do(lambda: self._store.write(name, as_record(kept)))
        return name

    def drop(self, name: str) -> None:
        """Delete a record."""
        if name:
            self._do(partial(self._store.delete, name))

    def wait(self) -> None:
        """Until everything asked for so far is done."""
        self._thread.submit(lambda: None).result()

    def _do(self, job: Callable[[], None]) -> None:
        self._thread.submit(self._done, job)

    def _done(self, job: Callable[[], None]) -> None:
        try:
            job()
        except OSError as error:
            log.error("marks cannot be kept on this computer: %s", type(error).__name__)
            self._failed()

    def _load(self) -> list[Kept]:
        found = []
        try:
            records = self._store.read_all()
        except OSError as error:
            log.error("kept marks cannot be read: %s", type(error).__name__)
            return []
        for name, data in records.items():
            try:
                found.append(of_record(name, data))
            except ValueError:
                log.warning("a record of marks cannot be read and stays where it is")
        return found
