"""`huizhen restore FILE OUT`: the original file of one that was changed on its way."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, OUT."""
    parser.description = (
        "Write the very bytes of the file that was recompressed without loss before it was sent, "
        "or that came without preamble and was given one. The SHA-256 of the original lies in a "
        "recompressed file and is checked."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a DICOM file as it was sent")
    parser.add_argument("out", type=Path, metavar="OUT", help="the file to write; not replaced")


def run(args: argparse.Namespace) -> int:
    """Write the original; 1 and one line on standard error when it cannot be had."""
    from app.imaging.bare import bare
    from app.imaging.dataset import read_bytes
    from app.imaging.errors import ImagingError
    from app.imaging.writing.recompress import restored

    try:
        data = read_bytes(args.file)
        original = bare(data)
        if original is None:
            original = restored(data)
            without_head = bare(original)
            original = original if without_head is None else without_head
        with args.out.open("xb") as out:
            out.write(original)
    except ImagingError as error:
        print(f"huizhen restore: {error.reason}", file=sys.stderr)
        return 1
    except FileExistsError:
        print("huizhen restore: OUT exists; choose another name", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"huizhen restore: cannot write OUT: {error.strerror}", file=sys.stderr)
        return 1
    return 0
