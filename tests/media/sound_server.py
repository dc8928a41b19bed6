"""PulseAudio without a computer's sound card: its sinks and sources are plugged in by modules."""

import asyncio
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

SERVER, CONTROL, EAR = (Path(f"/usr/bin/{name}") for name in ("pulseaudio", "pactl", "parec"))


class SoundServer:
    """One running server; `environment` leads a program to it."""

    def __init__(self, socket: Path) -> None:
        self.address = f"unix:{socket}"
        self.environment = {"PULSE_SERVER": self.address}
        self._modules: dict[str, list[str]] = {}

    def plug(self, name: str) -> None:
        """A headset: a loudspeaker `name`, and a microphone `name-mic` that hears it."""
        sink = self._control(
            "load-module", "module-null-sink", f"sink_name={name}",
            f"sink_properties=device.description={name}",
        )  # fmt: skip
        source = self._control(
            "load-module", "module-remap-source", f"master={name}.monitor",
            f"source_name={name}-mic", f"source_properties=device.description={name}-mic",
        )  # fmt: skip
        self._modules[name] = [source, sink]

    def unplug(self, name: str) -> None:
        for module in self._modules.pop(name):
            self._control("unload-module", module)

    @contextmanager
    def listening(self, name: str) -> Iterator["Ear"]:
        """Hears what is played at the loudspeaker `name`."""
        asked = [str(EAR), "--server", self.address, f"--device={name}.monitor", "--raw"]
        asked += ["--format=s16le", "--channels=1", "--rate=48000", "--latency-msec=20"]
        with subprocess.Popen(asked, stdout=subprocess.PIPE) as process:
            try:
                yield Ear(process)
            finally:
                process.terminate()

    def ready(self) -> bool:
        asked = [str(CONTROL), "--server", self.address, "info"]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0

    def _control(self, *words: str) -> str:
        asked = [str(CONTROL), "--server", self.address, *words]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


class Ear:
    """20 ms of sound after the other, as long as a test wants to hear."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        self._stream = process.stdout

    async def until(self, wanted: Callable[[bool], bool], for_s: float = 0.02) -> None:
        """Until so many seconds of what was played were `wanted(loud)` without a break."""
        held = 0.0
        while held < for_s:
            heard = await asyncio.to_thread(self._stream.read, 48 * 20 * 2)
            assert heard, "the sound server has ended"
            loud = bool(np.abs(np.frombuffer(heard, np.int16).astype(np.int32)).max() > 500)
            held = held + 0.02 if wanted(loud) else 0.0


@contextmanager
def sound_server(folder: Path) -> Iterator[SoundServer]:
    """Runs one in the folder, which must have a short path (it is a socket's)."""
    if not SERVER.exists() or not CONTROL.exists():
        pytest.skip("PulseAudio (Debian: pulseaudio, pulseaudio-utils) is not installed")
    socket = folder / "pulse"
    at_home = {name: str(folder) for name in ("HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH")}
    arguments = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"]
    arguments.append(f"--load=module-native-protocol-unix auth-anonymous=1 socket={socket}")
    process = subprocess.Popen(
        [SERVER, *arguments],
        env={**os.environ, **at_home},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    server = SoundServer(socket)
    try:
        while not server.ready():
            if process.poll() is not None:
                assert process.stderr is not None
                pytest.skip(f"PulseAudio does not run here: {process.stderr.read()[-200:]!r}")
        yield server
    finally:
        process.terminate()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()
