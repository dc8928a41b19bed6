"""The viewer may be imported before the first window shows."""

import subprocess
import sys

HEAVY = ("pydicom", "cv2", "imagecodecs")


def test_importing_viewer_and_commands_loads_no_heavy_library() -> None:
    script = (
        "import sys, app.viewers.dicom.viewer, app.cli.render, app.cli.decode, "
        "app.cli.decode_worker, app.imaging.guard; "
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]", done.stderr
