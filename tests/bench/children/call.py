"""A call of two media processes for a while: `call SECONDS`; says "started", then the frames a
second that arrived on the slower way."""

import asyncio
import sys

from tests.bench.call import both_ways, frames_a_second
from tests.media.two_ends import MEDIA

if __name__ == "__main__":
    seconds = float(sys.argv[1])
    seen = asyncio.run(both_ways(MEDIA, seconds, on_start=lambda: print("started", flush=True)))
    print(frames_a_second(seen, seconds), flush=True)
