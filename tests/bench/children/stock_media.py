"""The media process with aiortc as it comes: what the repairs are compared with."""

import app.media.repairs
from app.media.process import run_media_process

if __name__ == "__main__":
    # `repair` leaves every receiver alone when aiortc is another version than it knows.
    app.media.repairs.REPAIRED_VERSION = "none"
    raise SystemExit(run_media_process())
