// One connection of a pair, as the pair watches it: its descriptions, its candidates, what has come.

import { Climb } from './climb.js';

const UNANSWERED = 701; // no answer came (WebRTC 1.0, RTCPeerConnectionIceErrorEvent)
const SILENT_MS = 3000; // without a packet
const SFU_SILENT_MS = 4000; // it reports once a second, and one may be lost
const MEDIA_PACKETS = 3; // the other side has chosen this connection
const MUCH_LOST = 0.1;
const FEW_FRAMES = 10;
const SMALLER = 0.75; // of the camera's height
export const PICTURE_MS = 3000; // without a new picture: the old one is not shown any more

/** Which way media go: one way only where the call passes an SFU, which is then the other side. */
export const Way = { BOTH: 'sendrecv', SEND: 'sendonly', RECEIVE: 'recvonly' };

/** What keeps one's own pictures from being better, as the other side is told it. */
export const Limit = { NONE: 'none', LINE: 'line', PROCESSOR: 'processor' };

/** What a connection was asked for that was closed meanwhile; nobody's fault. */
export const GIVEN_UP = new Error('given up');

export class Try {
  #pc;
  #media;
  #say;
  #changed;
  #early = [];
  #held = []; // one's own candidates, until the description they belong to has gone out
  #described = false;
  #flowed = false; // an SFU is silent by right until it was sent something, or has something to send
  #bytes = 0;
  #frames = 0;
  #energy = 0;
  #packets = 0;
  #sound = 0;
  #heard = performance.now();
  #lastPicture = -PICTURE_MS;
  #lastSound = -PICTURE_MS;
  #climb = new Climb();
  #giveUp;
  #given = new Promise((_, reject) => (this.#giveUp = reject));

  began = performance.now();
  connectedAt = null;
  answered = false;
  relayRefuses = false; // its credentials are not taken
  tracks = {}; // what comes, by its kind
  loudness = 0; // energy of the sound since the last look
  limit = Limit.NONE; // at the last look
  sends = 0; // pictures a second

  /**
   * `attempt` names it among the tries of the pair; null where the other side gives no names.
   * `sure`: it is wanted even if the older connection should live again. `say(signal)` takes what
   * the other side must hear, `changed()` is called when it connects, fails, or brings something.
   */
  constructor(attempt, way, sure, servers, media, say, changed) {
    this.attempt = attempt;
    this.way = way;
    this.sure = sure;
    this.#media = media;
    this.#say = (signal) => say(attempt === null ? signal : { ...signal, attempt });
    this.#changed = changed;
    this.#given.catch(() => {});
    this.#pc = new RTCPeerConnection({ ...servers, bundlePolicy: 'max-bundle' });
    this.#listen(this.#pc);
  }

  get connected() {
    return this.connectedAt !== null && !this.dead;
  }

  get dead() {
    return ['failed', 'closed'].includes(this.#pc.connectionState);
  }

  silent(now) {
    const patience = this.way === Way.BOTH ? SILENT_MS : SFU_SILENT_MS;
    return this.dead || now - this.#heard > patience;
  }

  /** So long nothing has come. */
  quietFor(now) {
    return now - this.#heard;
  }

  /** More has come than the handshake. */
  get flows() {
    return this.#packets >= MEDIA_PACKETS;
  }

  brings(kind) {
    return kind === 'video' ? this.#frames > 0 : this.tracks.audio?.muted === false;
  }

  get pictures() {
    return performance.now() - this.#lastPicture < PICTURE_MS;
  }

  get sounds() {
    return performance.now() - this.#lastSound < PICTURE_MS;
  }

  /** Sends an offer. */
  async offer() {
    for (const kind of ['audio', 'video']) {
      const track = this.#media?.track(kind);
      const sending = this.#pc.addTransceiver(track ?? kind, { direction: this.#direction(kind) });
      this.#repeatSound(sending);
      await this.#tune(sending.sender, kind);
    }
    await this.#describe();
  }

  /** Takes an offer and answers it. */
  async answer({ sdp }) {
    this.answered = true;
    await this.#done(this.#pc.setRemoteDescription({ type: 'offer', sdp }));
    for (const one of this.#pc.getTransceivers()) {
      const kind = one.receiver.track.kind;
      one.direction = this.#direction(kind);
      this.#repeatSound(one);
      if (this.way === Way.RECEIVE || !this.#media) continue;
      await this.#done(one.sender.replaceTrack(this.#media.track(kind)));
      await this.#tune(one.sender, kind);
    }
    await this.#describe();
    await this.#takeEarly();
  }

  /** Takes the answer to one's own offer; a second one says nothing new. */
  async accept({ sdp }) {
    if (this.answered) return;
    this.answered = true;
    await this.#done(this.#pc.setRemoteDescription({ type: 'answer', sdp }));
    await this.#takeEarly();
  }

  async candidate(signal) {
    if (!this.#pc.remoteDescription) {
      this.#early.push(signal);
    } else if (signal.candidate) {
      const { candidate, sdp_mid: sdpMid, sdp_m_line_index: sdpMLineIndex } = signal;
      await this.#done(this.#pc.addIceCandidate({ candidate, sdpMid, sdpMLineIndex }));
    }
  }

  /** Sends another track (or none) of a kind from now on. */
  async use(kind, track) {
    if (this.way === Way.RECEIVE || !this.#media || this.dead) return;
    const found = this.#pc.getTransceivers().find((one) => one.receiver.track.kind === kind);
    if (found) await this.#done(found.sender.replaceTrack(track));
  }

  close() {
    this.#pc.onconnectionstatechange = this.#pc.onicecandidate = this.#pc.ontrack = null;
    this.#pc.close();
    this.#giveUp(GIVEN_UP); // a browser never ends what a closed connection was asked for
  }

  /** Counts what has come since the last look. */
  async look() {
    if (this.dead) return;
    const now = performance.now();
    const sum = { bytes: 0, frames: 0, energy: 0, packets: 0, sound: 0, sent: 0 };
    let height = 0;
    let limit = Limit.NONE;
    const found = [...(await this.#pc.getStats()).values()];
    for (const one of found) {
      if (one.type === 'media-source' && one.kind === 'video') height = one.height ?? 0;
    }
    for (const one of found) {
      if (one.type === 'candidate-pair') sum.bytes += one.bytesReceived ?? 0;
      if (one.type === 'outbound-rtp') sum.sent += one.packetsSent ?? 0;
      if (one.type === 'outbound-rtp' && one.kind === 'video' && one.active !== false) {
        this.sends = one.framesPerSecond ?? 0;
        const climbs = this.#climb.look(now, one.targetBitrate ?? 0);
        limit = limitOf(one, climbs ? 0 : height) ?? limit;
      }
      if (one.type === 'remote-inbound-rtp' && one.fractionLost > MUCH_LOST) limit = Limit.LINE;
      if (one.type !== 'inbound-rtp') continue;
      sum.bytes += one.bytesReceived ?? 0;
      sum.packets += one.packetsReceived ?? 0;
      if (one.kind === 'video') sum.frames += one.framesDecoded ?? 0;
      else [sum.energy, sum.sound] = [one.totalAudioEnergy ?? 0, one.packetsReceived ?? 0];
    }
    this.#count(sum, now);
    this.limit = limit;
  }

  #count({ bytes, frames, energy, packets, sound, sent }, now) {
    if (sent > 0 || packets > 0) this.#flowed = true;
    const byRight = this.way !== Way.BOTH && !this.#flowed;
    if (byRight || bytes !== this.#bytes) this.#heard = now;
    if (frames > this.#frames) this.#lastPicture = now;
    if (sound > this.#sound) this.#lastSound = now;
    this.loudness = Math.max(0, energy - this.#energy);
    [this.#bytes, this.#frames, this.#energy] = [bytes, frames, energy];
    [this.#packets, this.#sound] = [packets, sound];
  }

  #listen(pc) {
    pc.ontrack = ({ track }) => {
      this.tracks[track.kind] = track;
      track.onunmute = () => this.#changed(); // the first of it has come
      this.#changed();
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
    pc.onicecandidateerror = ({ url, errorCode }) => {
      if (/^turns?:/.test(url) && errorCode !== UNANSWERED) this.relayRefuses = true;
    };
    pc.onconnectionstatechange = () => {
      if (pc.connectionState === 'connected') this.connectedAt ??= this.#heard = performance.now();
      this.#changed();
    };
  }

  #direction(kind) {
    if (this.#media) return this.way;
    return kind === 'video' ? 'recvonly' : 'inactive';
  }

  async #describe() {
    await this.#done(this.#pc.setLocalDescription());
    const { type, sdp } = this.#pc.localDescription;
    this.#say({ kind: 'description', type, sdp });
    this.#described = true;
    for (const signal of this.#held.splice(0)) this.#say(signal);
  }

  // What a lost packet said is repeated by the next (RED, RFC 2198), where the browser knows it.
  #repeatSound(transceiver) {
    if (this.way !== Way.BOTH || transceiver.receiver.track.kind !== 'audio') return;
    const known = RTCRtpReceiver.getCapabilities?.('audio')?.codecs ?? [];
    const isRed = ({ mimeType }) => mimeType.toLowerCase() === 'audio/red';
    if (!known.some(isRed) || !transceiver.setCodecPreferences) return;
    transceiver.setCodecPreferences([...known.filter(isRed), ...known.filter((one) => !isRed(one))]);
  }

  // Where the line is narrow a face that moves is worth more than one that is sharp.
  async #tune(sender, kind) {
    if (kind !== 'video') return;
    const wish = sender.getParameters();
    wish.degradationPreference = 'maintain-framerate';
    await this.#done(sender.setParameters(wish).catch(() => {})); // not every browser takes it
  }

  async #takeEarly() {
    for (const signal of this.#early.splice(0)) await this.candidate(signal);
  }

  #done(work) {
    return Promise.race([work, this.#given]);
  }
}

// Few pictures, or much smaller ones than the camera's height (0: they still grow); null when
// nothing holds them back.
function limitOf({ qualityLimitationReason: why, framesPerSecond: fps, frameHeight }, height) {
  const few = (fps ?? 0) < FEW_FRAMES;
  const small = frameHeight && height && frameHeight < SMALLER * height;
  if (!few && !small) return null;
  return { bandwidth: Limit.LINE, cpu: Limit.PROCESSOR }[why] ?? null;
}
