"""`huizhen decode FILE --sha256`: what the pixel pipeline decodes, as a fingerprint."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --frame, --sha256, --json."""
    parser.description = (
        "Decode one frame to its stored values. The SHA-256 is taken over the samples in "
        "little-endian C order (rows, columns, colour samples last), in the smallest integer "
        "type that holds BitsAllocated, unused bits cleared and signs extended, before any "
        "modality, colour or window transform. Exit status 2 says that the file ends early; "
        "the missing samples count as zero."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a DICOM file")
    parser.add_argument(
        "--frame", type=int, default=1, metavar="N", help="frame, counted from 1 (default 1)"
    )
    parser.add_argument(
        "--sha256", action="store_true", help="print only the SHA-256 of the stored samples"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON line")


def run(args: argparse.Namespace) -> int:
    """Print what was decoded; 1 when it cannot be, 2 when it is cut off, each with a line why."""
    from app.imaging.dataset import open_file
    from app.imaging.errors import ImagingError
    from app.imaging.guard import decode_once

    try:
        stored = decode_once(open_file(args.file), args.frame - 1)
    except ImagingError as error:
        print(f"huizhen decode: {error.reason}", file=sys.stderr)
        return 1
    digest = stored.sha256()
    status = 2 if stored.partial else 0
    if stored.partial:
        print("huizhen decode: the file ends early; the rest counts as zero", file=sys.stderr)
    if args.sha256 and not args.json:
        print(digest)
        return status
    facts = {
        "shape": list(stored.samples.shape),
        "dtype": stored.samples.dtype.name,
        "photometric": str(stored.photometric),
        "partial": stored.partial,
        "lossy": stored.lossy,
        "sha256": digest,
    }
    if args.json:
        print(json.dumps(facts))
    else:
        for name, value in facts.items():
            print(f"{name:<12} {value}")
    return status
