"""`huizhen render FILE --out x.png`: one frame exactly as the viewer shows it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.imaging.displayed import Placement
    from app.imaging.picture import Picture
    from app.imaging.pipeline import Display
    from app.imaging.presentation import LayerContent, PresentationState
    from app.imaging.voi import Voi


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --out, --frame, --window or --voi, --pr, --overlay, --shutter, --invert."""
    parser.description = (
        "Render one frame, pixel by pixel, to an 8-bit PNG with the very pipeline of the viewer."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a DICOM file")
    parser.add_argument("--out", type=Path, required=True, metavar="PNG", help="file to write")
    parser.add_argument(
        "--frame", type=int, default=1, metavar="N", help="frame, counted from 1 (default 1)"
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--window",
        type=float,
        nargs=2,
        metavar=("C", "W"),
        help="window centre and width in modality values (HU for CT), LINEAR",
    )
    choice.add_argument(
        "--voi",
        type=int,
        metavar="N",
        help="preset N, counted from 1: the file's windows, its VOI LUTs, then the modality's",
    )
    parser.add_argument(
        "--pr", type=Path, metavar="PR", help="show it as this presentation state says"
    )
    parser.add_argument(
        "--overlay", action="store_true", help="draw the overlay planes of the file"
    )
    parser.add_argument(
        "--shutter", action="store_true", help="close the display shutter of the file"
    )
    parser.add_argument("--invert", action="store_true", help="invert the grey levels")


def _chosen(args: argparse.Namespace, picture: Picture) -> Voi | None:
    from app.imaging.picture import GreyPicture
    from app.imaging.voi import window

    if args.window is not None:
        if args.window[1] <= 0:
            raise ValueError("the window's width must be above 0")
        return window(*args.window)
    if args.voi is None:
        return None
    presets = picture.presets if isinstance(picture, GreyPicture) else ()
    if not 1 <= args.voi <= len(presets):
        raise ValueError(f"there are {len(presets)} presets; number {args.voi} does not exist")
    chosen: Voi = presets[args.voi - 1]
    return chosen


def _state(args: argparse.Namespace, uid: str) -> PresentationState | None:
    from app.imaging.dataset import open_file
    from app.imaging.presentation_reader import read_presentation_state

    if args.pr is None:
        return None
    state = read_presentation_state(open_file(args.pr))
    if not state.covers(uid, args.frame - 1):
        raise ValueError("the presentation state is for another picture")
    return state


def _levels(args: argparse.Namespace) -> tuple[Picture, Display]:
    """The picture, and the levels to write."""
    from app.imaging.attributes import text
    from app.imaging.dataset import open_file
    from app.imaging.displayed import placement, plain, shown
    from app.imaging.graphics import GraphicLayer
    from app.imaging.guard import decode_once
    from app.imaging.picture import make_picture
    from app.imaging.presentation import LayerContent

    obj, frame = open_file(args.file), args.frame - 1
    uid = text(obj.dataset, "SOPInstanceUID")
    state = _state(args, uid)
    picture = make_picture(obj, frame, decode_once(obj, frame), state=state)
    place = plain(picture) if state is None else placement(picture, state, uid, frame)
    closed = args.shutter or state is not None
    levels = shown(picture, place, _chosen(args, picture), invert=args.invert, shutter=closed)
    if state is not None:
        content = state.content(uid, frame, picture.overlays)
    elif args.overlay:
        content = (LayerContent(GraphicLayer(""), picture.overlays, (), ()),)
    else:
        content = ()
    if any(part.overlays or part.graphics or part.texts for part in content):
        levels = _painted(levels, place, content)
    return picture, levels


def _painted(levels: Display, place: Placement, content: Sequence[LayerContent]) -> Display:
    """The levels with overlays and graphics drawn over them; grey stays grey where it can."""
    import numpy as np
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QFont, QGuiApplication, QImage, QPainter

    from app.viewers.dicom.graphics_painter import GraphicsPainter

    # Letters need an application object, and nothing here needs a screen.
    app = QGuiApplication.instance() or QGuiApplication(["huizhen", "-platform", "offscreen"])
    rgb = levels if levels.ndim == 3 else np.repeat(levels[..., None], 3, axis=-1)
    height, width = rgb.shape[:2]
    canvas = np.zeros((height, width, 4), np.uint8)
    canvas[..., :3], canvas[..., 3] = rgb, 255
    image = QImage(canvas.data, width, height, width * 4, QImage.Format.Format_RGBX8888)
    font = QFont()
    font.setPixelSize(max(12, height // 40))
    painter = QPainter(image)
    GraphicsPainter(painter, place.to_screen, QRectF(0, 0, width, height), font).layers(content)
    painter.end()
    del image, app
    drawn = np.ascontiguousarray(canvas[..., :3])
    grey = levels.ndim == 2 and (drawn == drawn[..., :1]).all()
    return np.ascontiguousarray(drawn[..., 0]) if grey else drawn


def run(args: argparse.Namespace) -> int:
    """Write the PNG; 1 and one line on standard error when it cannot be."""
    from app.imaging.errors import ImagingError
    from app.imaging.png import write_png

    try:
        picture, levels = _levels(args)
        write_png(args.out, levels)
    except ImagingError as error:
        print(f"huizhen render: {error.reason}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"huizhen render: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"huizhen render: cannot write the picture: {error.strerror}", file=sys.stderr)
        return 1
    if picture.partial:
        print("huizhen render: the file ends early; the picture is partial", file=sys.stderr)
    return 0
