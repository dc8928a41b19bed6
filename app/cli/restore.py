"""`huizhen restore FILE OUT`: the original file of one that was recompressed on its way."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, OUT."""
    parser.description = (
        "Write the very bytes of the file that was recompressed without loss before it was sent. "
        "The SHA-256 of the original lies in the recompressed file and is checked."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a recompressed DICOM file")
    parser.add_argument("out", type=Path, metavar="OUT", help="the file to write; not replaced")


def run(args: argparse.Namespace) -> int:
    """Write the original; 1 and one line on standard error when it cannot be had."""
    from app.imaging.dataset import read_bytes
    from app.imaging.errors import ImagingError
    from app.imaging.writing.recompress import restored

    try:
        original = restored(read_bytes(args.file))
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
