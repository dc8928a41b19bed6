"""`huizhen capture` (hidden): takes screens and windows for the media process."""

from collections.abc import Sequence


def main(arguments: Sequence[str] = ()) -> int:
    """Serves the parent on stdin and stdout until it closes the pipe; returns the exit status."""
    from app.media.capture_process import run_capture_process

    return run_capture_process()


if __name__ == "__main__":
    raise SystemExit(main())
