"""Presentation states as values: how somebody wanted pictures to be seen (PS3.3 A.33).

What a state does not say is the identity, never what the picture says (PS3.4 N.2). The ICC
profile of colour and pseudo-colour states is not applied: colours are taken for sRGB.
`presentation_reader` reads states from an object.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from app.imaging.graphics import Graphic, GraphicLayer, TextObject
from app.imaging.lut import LookupTable
from app.imaging.modality import ModalityTransform, Rescale
from app.imaging.overlays import OverlayPlane
from app.imaging.palette import Palette
from app.imaging.shutter import Shutter
from app.imaging.voi import Voi


class StateKind(StrEnum):
    """What pictures a state is for, from its SOP class."""

    GREY = "grey"
    COLOUR = "colour"
    PSEUDO_COLOUR = "pseudo-colour"


@dataclass(frozen=True, slots=True)
class Reference:
    """One referenced instance; `frames` counted from 0, empty for all of them."""

    sop_instance_uid: str
    frames: frozenset[int] = frozenset()

    def covers(self, sop_instance_uid: str, frame: int) -> bool:
        """Whether a frame is meant."""
        same = self.sop_instance_uid == sop_instance_uid
        return same and (not self.frames or frame in self.frames)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one item of a state is for; without references, everything the state is for."""

    references: tuple[Reference, ...] = ()

    def covers(self, sop_instance_uid: str, frame: int) -> bool:
        """Whether a frame is meant."""
        if not self.references:
            return True
        return any(reference.covers(sop_instance_uid, frame) for reference in self.references)


@dataclass(frozen=True, slots=True)
class SoftcopyVoi:
    """The windows and VOI LUTs for some pictures (C.11.8)."""

    scope: Scope
    presets: tuple[Voi, ...]


class SizeMode(StrEnum):
    """PresentationSizeMode (0070,0100)."""

    SCALE_TO_FIT = "SCALE TO FIT"
    TRUE_SIZE = "TRUE SIZE"
    MAGNIFY = "MAGNIFY"


@dataclass(frozen=True, slots=True)
class DisplayedArea:
    """The part of some pictures that is to be seen (C.10.4), in picture coordinates.

    `spacing` is the true size of a pixel, row and column in millimetres; `aspect` row spacing
    divided by column spacing; both None where the state does not say.
    """

    scope: Scope
    left: float
    top: float
    right: float
    bottom: float
    mode: SizeMode = SizeMode.SCALE_TO_FIT
    magnification: float = 1.0
    spacing: tuple[float, float] | None = None
    aspect: float | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """Graphics and texts of one layer for some pictures (C.10.5)."""

    scope: Scope
    layer: str
    graphics: tuple[Graphic, ...] = ()
    texts: tuple[TextObject, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerContent:
    """One layer with everything that is to be drawn in it on one picture."""

    layer: GraphicLayer
    overlays: tuple[OverlayPlane, ...]
    graphics: tuple[Graphic, ...]
    texts: tuple[TextObject, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PresentationState:
    """One state.

    `quarter_turns` clockwise, done before `flip`, which mirrors left and right (C.10.6).
    `presentation_lut` or else `inverse` ends the grey pipeline (C.11.6); in a pseudo-colour
    state `palette` does. `activations` names the layer of each overlay group that is to be
    seen, the state's own `overlays` included.
    """

    kind: StateKind
    sop_instance_uid: str
    label: str
    description: str
    created: str
    scope: Scope
    modality: ModalityTransform = field(default_factory=Rescale)
    vois: tuple[SoftcopyVoi, ...] = ()
    presentation_lut: LookupTable | None = None
    inverse: bool = False
    palette: Palette | None = None
    areas: tuple[DisplayedArea, ...] = ()
    quarter_turns: int = 0
    flip: bool = False
    shutter: Shutter | None = None
    overlays: tuple[OverlayPlane, ...] = ()
    activations: tuple[tuple[int, str], ...] = ()
    layers: tuple[GraphicLayer, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    creator: str = ""

    def covers(self, sop_instance_uid: str, frame: int) -> bool:
        """Whether the state is for a frame."""
        return bool(self.scope.references) and self.scope.covers(sop_instance_uid, frame)

    def presets(self, sop_instance_uid: str, frame: int) -> tuple[Voi, ...]:
        """The VOI transforms for a frame, the first one to be used; empty for the identity."""
        for voi in self.vois:
            if voi.scope.covers(sop_instance_uid, frame):
                return voi.presets
        return ()

    def area(self, sop_instance_uid: str, frame: int) -> DisplayedArea | None:
        """The displayed area of a frame."""
        found = (area for area in self.areas if area.scope.covers(sop_instance_uid, frame))
        return next(found, None)

    def content(
        self, sop_instance_uid: str, frame: int, planes: Iterable[OverlayPlane] = ()
    ) -> tuple[LayerContent, ...]:
        """What is to be drawn on a frame, the lowest layer first.

        `planes` are the picture's own overlays; those that no layer activates stay unseen. A
        layer that is used but not described comes last.
        """
        activated = dict(self.activations)
        own = {plane.group for plane in self.overlays}
        shown = (*self.overlays, *(plane for plane in planes if plane.group not in own))
        notes = [n for n in self.annotations if n.scope.covers(sop_instance_uid, frame)]
        named = {layer.name for layer in self.layers}
        used = dict.fromkeys((*(note.layer for note in notes), *activated.values()))
        extra = tuple(GraphicLayer(name, 1 << 30) for name in used if name not in named)
        found = []
        for layer in sorted((*self.layers, *extra), key=lambda layer: layer.order):
            here = [note for note in notes if note.layer == layer.name]
            found.append(
                LayerContent(
                    layer,
                    tuple(p for p in shown if activated.get(p.group) == layer.name),
                    tuple(graphic for note in here for graphic in note.graphics),
                    tuple(text for note in here for text in note.texts),
                )
            )
        return tuple(found)
