// One RTCPeerConnection to one other participant. The server's roster says who offers, so there is
// no glare. A connection that is lost is not mended but made anew by an offer with another number
// (`attempt`), for which the side that answers asks (`renew`): the other program knows no ICE restart.

const SILENT_MS = 3000; // without a packet: it is made anew
const SFU_SILENT_MS = 4000; // it reports once a second, and one may be lost
const CONNECT_MS = 20000;
const RENEW_MS = 5000; // not more often
const NARROW_MS = 3000; // so long one's own line is slow before it is said
const MUCH_LOST = 0.1;
const FEW_FRAMES = 10;
const PICTURE_MS = 3000; // without a new picture: the old one is not shown any more

/** Which way media go: one way only where the call passes an SFU, which is then the other side. */
export const Way = { BOTH: 'sendrecv', SEND: 'sendonly', RECEIVE: 'recvonly' };

export const State = { CONNECTING: 'connecting', LIVE: 'live', SILENT: 'silent' };

export class Peer {
  #offers;
  #way;
  #flowed = false; // an SFU is silent by right until it was sent something, or has something to send
  servers; // RTCConfiguration of the next connection
  #media;
  #send;
  #pc;
  #early = [];
  #held = []; // one's own candidates, until the description they belong to has gone out
  #described = false;
  #attempt = null; // of the offer that is in force
  #began = performance.now();
  #asked = -RENEW_MS;
  #met = false; // whether it was ever connected
  #connected = false;
  #failed = false;
  #bytes = 0;
  #frames = 0;
  #energy = 0;
  #sounds = 0;
  #narrowSince = performance.now();
  #lastPacket = performance.now();
  #lastPicture = -PICTURE_MS;
  #lastSound = -PICTURE_MS;
  #turn = Promise.resolve(); // signals are taken one after the other

  stream = new MediaStream();
  loudness = 0; // energy of the sound since the last look

  /**
   * `media` has `track(kind)`; null where pictures only come, as of a screen that is shared.
   * `send(signal)` takes what the other side must hear.
   */
  constructor(offers, way, servers, media, send) {
    this.#offers = offers;
    this.#way = way;
    this.servers = servers;
    this.#media = media;
    this.#send = send;
    this.#pc = this.#made();
  }

  start() {
    return this.#next(() => this.#offer());
  }

  get way() {
    return this.#way;
  }

  /** The next connection goes another way; the present one goes on until it is offered. */
  turn(offers, way) {
    [this.#offers, this.#way] = [offers, way];
    return this.#next(async () => {
      if (!offers) return;
      this.#anew();
      await this.#offer();
    });
  }

  /** Takes a description or a candidate of the other side. */
  take(signal) {
    return this.#next(() => this.#take(signal));
  }

  /** Sends another track (or none) of a kind from now on. */
  async use(kind, track) {
    if (this.#way === Way.RECEIVE || !this.#media) return;
    const found = this.#pc.getTransceivers().find((one) => one.receiver.track.kind === kind);
    await found?.sender.replaceTrack(track);
  }

  close() {
    this.#pc.onconnectionstatechange = null;
    this.#pc.onicecandidate = null;
    this.#pc.close();
    for (const track of this.stream.getTracks()) this.stream.removeTrack(track);
  }

  /** Whether it is to be made anew. */
  get lost() {
    const now = performance.now();
    if (now - this.#asked < RENEW_MS) return false;
    if (!this.#connected) return this.#failed || now - this.#began > CONNECT_MS;
    return this.#failed || this.#silent(now);
  }

  #silent(now) {
    return now - this.#lastPacket > (this.#way === Way.BOTH ? SILENT_MS : SFU_SILENT_MS);
  }

  /** Makes the connection anew, or asks the side that offers to. */
  renew() {
    this.#asked = performance.now();
    return this.#next(() => this.#renew());
  }

  get state() {
    if (!this.#connected) return this.#met ? State.SILENT : State.CONNECTING;
    return this.#silent(performance.now()) ? State.SILENT : State.LIVE;
  }

  /** Whether it was ever connected. */
  get met() {
    return this.#met;
  }

  get pictures() {
    return performance.now() - this.#lastPicture < PICTURE_MS;
  }

  get sounds() {
    return performance.now() - this.#lastSound < PICTURE_MS;
  }

  /** Whether one's own pictures have hardly got out for a while. */
  get slow() {
    return this.#connected && performance.now() - this.#narrowSince > NARROW_MS;
  }

  /** Counts what has come since the last look; every half second or so. */
  async look() {
    const now = performance.now();
    let bytes = 0;
    let frames = 0;
    let energy = 0;
    let sound = 0;
    let narrow = false;
    for (const one of (await this.#pc.getStats()).values()) {
      if (one.type === 'candidate-pair') bytes += one.bytesReceived ?? 0;
      if (one.type === 'outbound-rtp' && one.packetsSent > 0) this.#flowed = true;
      if (one.type === 'outbound-rtp' && one.kind === 'video') narrow ||= isHeldBack(one);
      if (one.type === 'remote-inbound-rtp') narrow ||= one.fractionLost > MUCH_LOST;
      if (one.type !== 'inbound-rtp') continue;
      bytes += one.bytesReceived ?? 0;
      if (one.kind === 'video') frames += one.framesDecoded ?? 0;
      else {
        energy += one.totalAudioEnergy ?? 0;
        sound += one.packetsReceived ?? 0;
      }
    }
    if (frames > 0 || sound > 0) this.#flowed = true;
    const byRight = this.#way !== Way.BOTH && !this.#flowed;
    if (byRight || bytes !== this.#bytes) this.#lastPacket = now;
    if (frames > this.#frames) this.#lastPicture = now;
    if (sound > this.#sounds) this.#lastSound = now;
    if (!narrow) this.#narrowSince = now;
    this.loudness = Math.max(0, energy - this.#energy);
    [this.#bytes, this.#frames, this.#energy, this.#sounds] = [bytes, frames, energy, sound];
  }

  #next(work) {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #renew() {
    if (this.#offers) {
      this.#anew();
      await this.#offer();
    } else this.#send({ kind: 'renew' });
  }

  async #offer() {
    if (!this.#offers) return;
    this.#attempt = crypto.getRandomValues(new Uint32Array(1))[0] >>> 1;
    for (const kind of ['audio', 'video']) {
      const track = this.#media?.track(kind);
      const sending = this.#pc.addTransceiver(track ?? kind, { direction: this.#direction(kind) });
      await this.#tune(sending.sender, kind);
    }
    await this.#describe();
  }

  async #take(signal) {
    if (signal.kind === 'renew') {
      if (this.#offers) await this.#renew();
    } else if (signal.type === 'offer') {
      if (!this.#offers) await this.#answer(signal);
    } else if (this.#isOfAnother(signal)) return;
    else if (signal.kind === 'candidate') await this.#candidate(signal);
    else if (signal.type === 'answer' && this.#pc.signalingState === 'have-local-offer') {
      await this.#pc.setRemoteDescription({ type: 'answer', sdp: signal.sdp });
      await this.#takeEarly();
    }
  }

  // What belongs to a try that was given up; who says no number is taken at its word.
  #isOfAnother({ attempt }) {
    return attempt != null && this.#attempt !== null && attempt !== this.#attempt;
  }

  #say(signal) {
    this.#send(this.#attempt === null ? signal : { ...signal, attempt: this.#attempt });
  }

  #made() {
    const pc = new RTCPeerConnection({ ...this.servers, bundlePolicy: 'max-bundle' });
    pc.ontrack = ({ track }) => {
      for (const old of this.stream.getTracks()) {
        if (old.kind === track.kind) this.stream.removeTrack(old);
      }
      this.stream.addTrack(track);
    };
    pc.onicecandidate = ({ candidate }) => {
      const signal = {
        kind: 'candidate',
        candidate: candidate?.candidate ?? '',
        sdp_mid: candidate?.sdpMid ?? null,
        sdp_m_line_index: candidate?.sdpMLineIndex ?? null,
      };
      if (candidate && !signal.candidate) return; // the end is told once, by the null
      if (this.#described) this.#say(signal);
      else this.#held.push(signal);
    };
    pc.onconnectionstatechange = () => {
      if (pc.connectionState === 'connected') {
        this.#connected = this.#met = true;
        this.#lastPacket = performance.now();
      } else if (pc.connectionState === 'failed') this.#failed = true;
    };
    return pc;
  }

  async #answer(offer) {
    if (this.#pc.localDescription || this.#pc.remoteDescription) this.#anew();
    this.#attempt = offer.attempt ?? null;
    await this.#pc.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
    for (const one of this.#pc.getTransceivers()) {
      const kind = one.receiver.track.kind;
      one.direction = this.#direction(kind);
      if (this.#way === Way.RECEIVE || !this.#media) continue;
      await one.sender.replaceTrack(this.#media.track(kind));
      await this.#tune(one.sender, kind);
    }
    await this.#describe();
    await this.#takeEarly();
  }

  #direction(kind) {
    if (this.#media) return this.#way;
    return kind === 'video' ? 'recvonly' : 'inactive';
  }

  // The other side began anew with this offer: what went before is of a connection it has closed.
  #anew() {
    this.close();
    this.#described = false;
    this.#held = [];
    this.#early = [];
    this.#connected = false;
    this.#failed = this.#flowed = false;
    this.#began = this.#lastPacket = performance.now();
    [this.#bytes, this.#frames, this.#energy, this.#sounds] = [0, 0, 0, 0];
    this.#pc = this.#made();
  }

  async #describe() {
    await this.#pc.setLocalDescription();
    const { type, sdp } = this.#pc.localDescription;
    this.#say({ kind: 'description', type, sdp });
    this.#described = true;
    for (const signal of this.#held.splice(0)) this.#say(signal);
  }

  // Where the line is narrow a face that moves is worth more than one that is sharp.
  async #tune(sender, kind) {
    if (kind !== 'video') return;
    const wish = sender.getParameters();
    wish.degradationPreference = 'maintain-framerate';
    await sender.setParameters(wish).catch(() => {}); // not every browser takes it
  }

  async #candidate(signal) {
    if (!this.#pc.remoteDescription) {
      this.#early.push(signal);
      return;
    }
    if (!signal.candidate) return;
    await this.#pc.addIceCandidate({
      candidate: signal.candidate,
      sdpMid: signal.sdp_mid,
      sdpMLineIndex: signal.sdp_m_line_index,
    });
  }

  async #takeEarly() {
    for (const signal of this.#early.splice(0)) await this.#candidate(signal);
  }
}

// The encoder sends few pictures because the line takes no more.
function isHeldBack({ qualityLimitationReason: why, framesPerSecond: fps }) {
  return why === 'bandwidth' && (fps ?? 0) < FEW_FRAMES;
}
