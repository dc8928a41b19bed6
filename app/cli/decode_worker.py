"""`huizhen decode-worker` (hidden): a process that decodes frames for another one."""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none: objects come over standard input, frames go to standard output."""


def run(args: argparse.Namespace) -> int:
    """Serve until standard input ends."""
    from app.imaging.workers.child import serve

    answers = sys.stdout.buffer
    # Nothing but messages may reach the pipe, whatever a library prints.
    sys.stdout = sys.stderr
    serve(sys.stdin.buffer, answers)
    return 0
