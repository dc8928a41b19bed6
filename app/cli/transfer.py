"""`huizhen transfer` (hidden): uploads and downloads, started by the window only."""

from collections.abc import Sequence


def main(arguments: Sequence[str] = ()) -> int:
    """Serves the parent on stdin and stdout, then finishes its uploads; returns the exit status."""
    from app.transfer.process import run_transfer_process

    return run_transfer_process()


if __name__ == "__main__":
    raise SystemExit(main())
