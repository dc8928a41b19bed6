"""`huizhen render FILE --out x.png`: one frame exactly as the viewer shows it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.imaging.picture import Picture
    from app.imaging.voi import Voi


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --out, --frame, --window or --voi, --invert."""
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


def run(args: argparse.Namespace) -> int:
    """Write the PNG; 1 and one line on standard error when it cannot be."""
    from app.imaging.dataset import open_file
    from app.imaging.errors import ImagingError
    from app.imaging.picture import make_picture
    from app.imaging.pipeline import render
    from app.imaging.png import write_png

    try:
        picture = make_picture(open_file(args.file), args.frame - 1)
        levels = render(picture, _chosen(args, picture), invert=args.invert)
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
