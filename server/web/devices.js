// Camera and microphone: asked for together, judged apart, so that sound goes on without a picture.

const VIDEO = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 25, max: 30 },
};
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const WHY = {
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
};

/** Whether this browser can take part at all. */
export function able() {
  return 'RTCPeerConnection' in globalThis && Boolean(navigator.mediaDevices?.getUserMedia);
}

export class Devices {
  #lost;
  #tracks = { audio: null, video: null };
  #turns = { audio: 0, video: 0 }; // each time a kind is asked for, or let go of
  #facing = 'user';
  #cameras = 0;
  #changed;

  /** Why a device cannot be used (refused, missing, busy), or null. */
  trouble = { audio: null, video: null };
  muted = false;
  cameraOff = false;
  stream = new MediaStream(); // one's own picture, for oneself

  /** `changed()` when there are more or fewer cameras; `lost(kind)` when a device was taken away. */
  constructor(changed, lost) {
    this.#changed = changed;
    this.#lost = lost;
    navigator.mediaDevices?.addEventListener('devicechange', () => this.#count());
  }

  /** Asks for both, or for sound only; what is refused or missing stands in `trouble`. */
  async open({ cameraOff = false, muted = false }) {
    [this.cameraOff, this.muted] = [cameraOff, muted];
    this.trouble = { audio: null, video: null };
    if (!cameraOff) {
      const turns = { ...this.#begin('audio'), ...this.#begin('video') };
      try {
        this.#keep(await asked({ audio: AUDIO, video: this.#wish() }), turns);
        await this.#count();
        return;
      } catch {
        if (turns.audio !== this.#turns.audio) return;
        // One of them is at fault: each is asked for by itself.
      }
    }
    await this.#openOne('audio', AUDIO);
    if (!this.cameraOff) await this.#openOne('video', this.#wish());
    await this.#count();
  }

  /** What is sent of a kind now, or null. */
  track(kind) {
    return kind === 'video' && this.cameraOff ? null : this.#tracks[kind];
  }

  async setMuted(muted) {
    this.muted = muted;
    if (!muted && this.#ended('audio')) await this.#openOne('audio', AUDIO);
    if (this.#tracks.audio) this.#tracks.audio.enabled = !muted;
  }

  /** Off lets go of the camera, so that its light goes out; on asks for it again. */
  async setCameraOff(off) {
    this.cameraOff = off;
    this.#letGo('video');
    if (!off) {
      await this.#openOne('video', this.#wish());
      if (this.trouble.video) this.cameraOff = true;
    }
    await this.#count();
  }

  get canTurn() {
    return this.#cameras > 1 && !this.cameraOff && this.#tracks.video !== null;
  }

  /** Whether the picture shows oneself: then it is mirrored for oneself. */
  get facesUser() {
    return this.#facing === 'user';
  }

  /** From the front to the back camera and back; on a computer from one to the next. */
  async turn() {
    const before = this.#tracks.video?.getSettings() ?? {};
    this.#letGo('video'); // a phone opens one camera at a time
    if (before.facingMode) {
      this.#facing = this.#facing === 'user' ? 'environment' : 'user';
      await this.#openOne('video', this.#wish());
    } else {
      const found = await cameras();
      const at = found.findIndex((one) => one.deviceId === before.deviceId);
      const next = found[(at + 1) % found.length];
      await this.#openOne('video', { ...VIDEO, deviceId: { exact: next.deviceId } });
    }
    if (this.trouble.video) this.cameraOff = true;
  }

  close() {
    this.#letGo('audio');
    this.#letGo('video');
  }

  #wish() {
    return { ...VIDEO, facingMode: this.#facing };
  }

  async #openOne(kind, wish) {
    this.trouble[kind] = null;
    const turns = this.#begin(kind);
    try {
      this.#keep(await asked({ [kind]: wish }), turns);
    } catch (error) {
      if (turns[kind] === this.#turns[kind]) this.trouble[kind] = WHY[error.name] ?? 'busy';
    }
  }

  #begin(kind) {
    this.#turns[kind] += 1;
    return { [kind]: this.#turns[kind] };
  }

  // What a browser gives after it was let go of would be a camera that nobody knows to be on.
  #keep(stream, turns) {
    for (const track of stream.getTracks()) {
      if (turns[track.kind] !== this.#turns[track.kind]) {
        track.stop();
        continue;
      }
      this.#stop(track.kind);
      this.#tracks[track.kind] = track;
      track.onended = () => this.#lost(track.kind);
      if (track.kind === 'audio') track.enabled = !this.muted;
      else this.stream.addTrack(track);
    }
  }

  #letGo(kind) {
    this.#begin(kind);
    this.#stop(kind);
  }

  #ended(kind) {
    return !this.#tracks[kind] || this.#tracks[kind].readyState === 'ended';
  }

  #stop(kind) {
    const track = this.#tracks[kind];
    if (!track) return;
    track.onended = null;
    track.stop();
    this.stream.removeTrack(track);
    this.#tracks[kind] = null;
  }

  async #count() {
    this.#cameras = (await cameras()).length;
    this.#changed();
  }
}

function asked(wish) {
  return navigator.mediaDevices.getUserMedia(wish);
}

async function cameras() {
  const found = await navigator.mediaDevices.enumerateDevices();
  return found.filter((one) => one.kind === 'videoinput');
}

/** Keeps the screen on while the call lasts, where the browser can. */
export class Wake {
  #lock = null;
  #wanted = false;

  constructor() {
    document.addEventListener('visibilitychange', () => this.#take());
  }

  hold() {
    this.#wanted = true;
    return this.#take();
  }

  release() {
    this.#wanted = false;
    this.#lock?.release().catch(() => {});
    this.#lock = null;
  }

  get held() {
    return this.#lock !== null && !this.#lock.released;
  }

  // The system takes the lock whenever the page is hidden.
  async #take() {
    if (!this.#wanted || this.held || document.visibilityState !== 'visible') return;
    this.#lock = await navigator.wakeLock?.request('screen').catch(() => null) ?? null;
  }
}
