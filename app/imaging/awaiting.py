"""Places of pictures that are on their way, among those that are here."""

from __future__ import annotations

from dataclasses import replace

from app.imaging.errors import UnreadableError
from app.imaging.hanging.facts import NO_FACTS
from app.imaging.listed import ListedImage
from app.imaging.series import Instance, ObjectKind

_Kind = tuple[str, str, str]
"""Study, series and SOP class."""


class Awaiting:
    """Which pictures a source has said it has, and what stands for each until it is here.

    A place is made only beside a picture of the same series and class that is here and lies where
    the list has it: whose it is and how it is read are taken from there, what is of one picture
    alone from the list. A series with a picture that lies elsewhere has no places: they would be
    others once all have come. All methods belong to one thread.
    """

    def __init__(self) -> None:
        self._listed: dict[str, ListedImage] = {}
        self._doubted: set[tuple[str, str]] = set()
        self._like: dict[_Kind, Instance] = {}
        self._made: dict[str, Instance] = {}
        self._lost: dict[str, UnreadableError] = {}

    def expect(self, image: ListedImage, here: Instance | None) -> None:
        """The source has this one, which may be here."""
        self._listed[image.sop_instance_uid] = image
        if here is not None:
            self.came(here)

    def came(self, instance: Instance) -> bool:
        """This one is here; answers whether it stands for whom and where its place stood."""
        uid = instance.sop_instance_uid
        place = self._made.pop(uid, None)
        self._lost.pop(uid, None)
        listed = self._listed.pop(uid, None)
        if listed is None:
            return False
        if not _agree(listed, instance):
            self._doubted.add((instance.study_instance_uid, instance.series_instance_uid))
            return False
        if instance.kind is ObjectKind.IMAGE:
            self._like.setdefault(_kind(instance), instance)
        return place is not None and place.patient == instance.patient

    def lose(self, sop_instance_uid: str, reason: str) -> None:
        """It cannot be had now."""
        if sop_instance_uid in self._listed:
            self._lost[sop_instance_uid] = UnreadableError(reason)

    def hope(self) -> None:
        """What could not be had is asked for again."""
        self._lost.clear()

    def error(self, sop_instance_uid: str) -> UnreadableError | None:
        """Why a picture that is not here cannot be had now; None while it is on its way."""
        return self._lost.get(sop_instance_uid)

    def places(self) -> dict[str, Instance]:
        """What stands for the pictures that are not here, by SOP Instance UID."""
        found: dict[str, Instance] = {}
        for uid, image in self._listed.items():
            like = self._like.get(_kind(image))
            if (
                like is None
                or (image.study_instance_uid, image.series_instance_uid) in self._doubted
            ):
                continue
            if uid not in self._made:
                self._made[uid] = _place(image, like)
            found[uid] = self._made[uid]
        return found


def _kind(one: Instance | ListedImage) -> _Kind:
    return one.study_instance_uid, one.series_instance_uid, one.sop_class_uid


def _agree(listed: ListedImage, instance: Instance) -> bool:
    """Whether it stands where its place was."""
    return instance.frames == 1 and (
        listed.instance_number,
        listed.orientation,
        listed.position,
        listed.marks,
    ) == (instance.instance_number, instance.orientation, instance.position, instance.marks)


def _place(image: ListedImage, like: Instance) -> Instance:
    return replace(
        like,
        sop_instance_uid=image.sop_instance_uid,
        instance_number=image.instance_number,
        rows=image.rows,
        columns=image.columns,
        orientation=image.orientation,
        position=image.position,
        slice_location=image.slice_location,
        pixel_spacing=image.pixel_spacing,
        frame_of_reference_uid=image.frame_of_reference_uid,
        marks=image.marks,
        lossy=False,
        hanging=NO_FACTS,
        corner_values=(),
        awaited=True,
    )
