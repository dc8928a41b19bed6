"""`huizhen demo`: one consultation from clinic to signed report, on the real product."""

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from app.cli.demo.director import Director


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--study", type=Path, metavar="DIR", help="DICOM folder to send")
    parser.add_argument("--auto", action="store_true", help="play by itself on the display")
    parser.add_argument(
        "--out", type=Path, default=Path("demo-out"), help="folder for screenshots and the PDF"
    )
    parser.add_argument("--language", choices=("zh_CN", "en"), default="zh_CN")


def has_display() -> bool:
    """Whether windows can be shown to somebody."""
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in ("offscreen", "minimal"):
        return False
    if os.name == "nt" or sys.platform == "darwin":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(args: argparse.Namespace) -> int:
    """Prints a timeline and, last, the summary as one line of JSON; 1 when a step failed."""
    shown = has_display()
    if not shown:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if args.study is not None and not args.study.is_dir():
        print(f"huizhen demo: {args.study} is not a folder", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the processes end too
    director = Director(
        args.out,
        study=args.study.absolute() if args.study else None,
        auto=args.auto or not shown,
        language=args.language,
    )
    summary = director.play()
    for failed in summary["failed"]:
        print(f"huizhen demo: failed: {failed}", file=sys.stderr)
    print(json.dumps(summary, ensure_ascii=False), flush=True)
    return 0 if summary["ok"] else 1
