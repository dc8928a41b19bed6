"""Short media files."""

from pathlib import Path

import av
import numpy as np


def make_film(path: Path, *, width: int, height: int, fps: int, pictures: int) -> Path:
    """So many pictures, each a lighter grey, and a tone at 16 kHz that is as long."""
    with av.open(path, "w") as container:
        seen = container.add_stream("ffv1", rate=fps, width=width, height=height, pix_fmt="yuv420p")
        heard = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        for number in range(pictures):
            shade = np.full((height, width, 3), 200 // pictures * number, np.uint8)
            frame = av.VideoFrame.from_ndarray(shade, format="rgb24").reformat(format="yuv420p")
            frame.pts = number
            container.mux(seen.encode(frame))
        tone = av.AudioFrame.from_ndarray(
            np.full((1, 16_000 * pictures // fps), 1000, np.int16), format="s16", layout="mono"
        )
        tone.sample_rate, tone.pts = 16_000, 0
        container.mux(heard.encode(tone))
        container.mux(seen.encode(None))
        container.mux(heard.encode(None))
    return path
