// The page and one other participant: a connection, and another beside it whenever it is lost. No
// connection is mended, for the other program knows no ICE restart. The server's roster says who
// offers, so there is no glare; the side that answers may ask for an offer (`renew`). As the doctors'
// program does it (app/media/pair.py), so that both always decide alike:
//
// - The one who offers gives a try up when the old connection lives again before it is connected,
//   unless the other side asked for it; once it is connected it takes the old one's place.
// - The one who answers changes over when media come on the new one.
// - What is seen and heard comes from the old one until the new one brings it too.

import { GIVEN_UP, Limit, Try, Way } from './try.js';

export { Limit, Way };

const FIRST_TRY_MS = 12000; // relays are tried in turn meanwhile
const TRY_MS = 5000; // for a new connection beside a silent one
const AFTER_FAILURE_MS = 1000;
const ASK_AFTER_MS = 4500; // of silence: the offer should have come by itself
const LEAVE_MS = 2000; // the old one goes, whether the new one brings pictures or not
const LONGER = 1.5; // each further try: a computer that is busy needs it
const LONGEST = 5;
const FORGET_MS = LONGEST * FIRST_TRY_MS; // an offer of the other side that came to nothing
const LIMITED_MS = 3000; // so long one's own line is slow before it is said, and good again
const STRAYS = 40;

export const State = { CONNECTING: 'connecting', LIVE: 'live', SILENT: 'silent' };

export class Peer {
  #offers;
  #way;
  #media;
  #send;
  #current = null;
  #coming = null;
  #leaving = null; // still seen and heard, until the current one is
  #leftAt = 0;
  #strays = []; // candidates that came before the offer they belong to
  #tries = 0; // since the last one that connected
  #offeredAt = -Infinity;
  #askedAt = performance.now();
  #met = false;
  #closed = false;
  #limit = Limit.NONE;
  #limitSeen = Limit.NONE;
  #limitSince = performance.now();
  #told = null;
  #turn = Promise.resolve(); // signals are taken one after the other

  servers; // RTCConfiguration of the next connection
  stream = new MediaStream();
  sends = null; // what the other side says of its own pictures and sound

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
  }

  start() {
    return this.#next(() => this.#offer(false));
  }

  get way() {
    return this.#way;
  }

  /** The next connection goes another way; the present one goes on until it is there. */
  turn(offers, way) {
    [this.#offers, this.#way] = [offers, way];
    this.#askedAt = performance.now();
    return this.#next(async () => {
      this.#drop();
      await this.#offer(true);
    });
  }

  /** Takes what the other side says. */
  take(signal) {
    return this.#next(() => this.#take(signal));
  }

  /** Sends another track (or none) of a kind from now on. */
  async use(kind, track) {
    await Promise.allSettled(this.#all.map((one) => one.use(kind, track)));
  }

  close() {
    this.#closed = true;
    for (const one of this.#all) one.close();
    this.#current = this.#coming = this.#leaving = null;
    for (const track of this.stream.getTracks()) this.stream.removeTrack(track);
  }

  /** Whether it is time for another connection. */
  get lost() {
    if (this.state === State.LIVE) return false;
    const now = performance.now();
    const patience = this.#patience;
    if (this.#offers) return now - this.#offeredAt > (this.#coming ? patience : AFTER_FAILURE_MS);
    const quiet = !this.#current || this.#current.dead || this.#current.quietFor(now) > ASK_AFTER_MS;
    const tried = this.#coming && now - this.#coming.began <= patience;
    return quiet && !tried && now - this.#askedAt > patience;
  }

  /** Tries another connection, or asks the side that offers to. */
  renew() {
    const sure = this.#coming?.sure ?? false;
    if (this.#offers && this.lost) this.#drop(); // it has had its time, and nobody waits for it
    return this.#next(async () => {
      if (!this.lost) return;
      if (this.#offers) return this.#offer(sure);
      this.#askedAt = performance.now();
      this.#send({ kind: 'renew' });
    });
  }

  get state() {
    if (!this.#current) return State.CONNECTING;
    return this.#current.silent(performance.now()) ? State.SILENT : State.LIVE;
  }

  /** Whether it was ever connected. */
  get met() {
    return this.#met;
  }

  get pictures() {
    return this.#seen.some((one) => one.pictures);
  }

  get sounds() {
    return this.#seen.some((one) => one.sounds);
  }

  /** Energy of the sound since the last look. */
  get loudness() {
    return Math.max(0, ...this.#seen.map((one) => one.loudness));
  }

  /** Whether nothing is connected yet and a relay does not take the credentials it is given. */
  get relayRefuses() {
    return !this.#met && (this.#coming?.relayRefuses ?? false);
  }

  /** What has held one's own pictures back for a while. */
  get limit() {
    return this.state === State.LIVE ? this.#limit : Limit.NONE;
  }

  /** Counts what has come since the last look; every half second or so. */
  async look() {
    await Promise.all(this.#all.map((one) => one.look()));
    this.#decide();
    if (this.state === State.LIVE) this.#weigh(this.#current.limit);
  }

  get #all() {
    return [this.#current, this.#coming, this.#leaving].filter(Boolean);
  }

  get #seen() {
    return [this.#current, this.#leaving].filter(Boolean);
  }

  get #patience() {
    const longer = Math.min(LONGEST, LONGER ** Math.max(0, this.#tries - 1));
    return longer * (this.#current ? TRY_MS : FIRST_TRY_MS);
  }

  #next(work) {
    const done = this.#turn
      .then(() => (this.#closed ? undefined : work()))
      .catch((error) => {
        if (error !== GIVEN_UP) throw error;
      });
    this.#turn = done.catch(() => {});
    return done;
  }

  // --- negotiation -----------------------------------------------------------------------

  async #offer(sure) {
    if (!this.#offers) return;
    await this.#begin(crypto.getRandomValues(new Uint32Array(1))[0] >>> 1, sure).offer();
  }

  #begin(attempt, sure) {
    this.#drop();
    this.#offeredAt = performance.now();
    this.#tries += 1;
    const begun = new Try(
      attempt,
      this.#way,
      sure,
      this.servers,
      this.#media,
      (signal) => this.#send(signal),
      () => this.#decide(),
    );
    this.#coming = begun;
    return begun;
  }

  async #take(signal) {
    if (signal.kind === 'renew') await this.#asked();
    else if (signal.kind === 'sending') this.sends = signal;
    else if (signal.kind === 'candidate') await this.#candidate(signal);
    else if (signal.type === 'offer') await this.#answer(signal);
    else if (signal.type === 'answer' && this.#coming && isOf(signal, this.#coming)) {
      await this.#coming.accept(signal);
    }
  }

  // An offer that nobody has answered yet is on its way: another would only take its place.
  async #asked() {
    if (!this.#offers) return;
    if (this.#coming && !this.#coming.answered) this.#coming.sure = true;
    else await this.#offer(true);
  }

  async #answer(offer) {
    const attempt = offer.attempt ?? null;
    if (this.#offers || (attempt !== null && this.#all.some((one) => one.attempt === attempt))) return;
    const begun = this.#begin(attempt, true);
    const early = this.#strays.filter((one) => isOf(one, begun));
    this.#strays = [];
    await begun.answer(offer);
    for (const signal of early) await begun.candidate(signal);
  }

  async #candidate(signal) {
    const meant = [this.#coming, this.#current].find((one) => one && isOf(signal, one));
    if (meant) await meant.candidate(signal);
    else if (!this.#offers) this.#strays = [...this.#strays, signal].slice(-STRAYS);
  }

  // --- which connection ------------------------------------------------------------------

  #decide() {
    if (this.#closed) return;
    const now = performance.now();
    const [current, coming] = [this.#current, this.#coming];
    if (coming?.dead) this.#drop();
    else if (coming?.connected) {
      if (this.#isChosen(coming, now)) this.#choose(coming);
    } else if (coming && !this.#offers && now - coming.began > FORGET_MS) this.#drop();
    else if (coming && this.#offers && !coming.sure && current && !current.silent(now)) this.#drop();
    this.#show(now);
  }

  #isChosen(coming, now) {
    const current = this.#current;
    if (this.#offers || coming.way !== Way.BOTH || !current || current.dead) return true;
    return coming.flows || now - coming.connectedAt > LEAVE_MS;
  }

  #choose(coming) {
    this.#leaving?.close();
    [this.#leaving, this.#current, this.#coming] = [this.#current, coming, null];
    this.#leftAt = performance.now();
    this.#tries = 0;
    this.#met = true;
    this.#told = null;
  }

  #drop() {
    this.#coming?.close();
    this.#coming = null;
  }

  // One track of a kind is in the stream, so nobody is ever heard twice.
  #show(now) {
    const left = this.#leaving;
    const fresh = this.#current ?? this.#coming;
    const late = now - this.#leftAt > LEAVE_MS;
    let needed = false;
    for (const kind of ['audio', 'video']) {
      const stays = left?.tracks[kind] && !late && !fresh.brings(kind);
      needed ||= stays;
      const shown = (stays ? left : fresh)?.tracks[kind];
      for (const old of this.stream.getTracks()) {
        if (old.kind === kind && old !== shown) this.stream.removeTrack(old);
      }
      if (shown) this.stream.addTrack(shown);
    }
    if (left && !needed) {
      left.close();
      this.#leaving = null;
    }
  }

  // --- what is told of one's own pictures ------------------------------------------------

  #weigh(limit) {
    const now = performance.now();
    if (limit !== this.#limitSeen) [this.#limitSeen, this.#limitSince] = [limit, now];
    if (now - this.#limitSince > LIMITED_MS) this.#limit = limit;
    if (!this.#media?.track('video')) this.#limit = Limit.NONE; // the camera is off
    if (this.#current.way !== Way.BOTH || !this.#media) return;
    const motion = this.#limit === Limit.NONE || this.#current.sends > 1 ? 'fluent' : 'single';
    const off = {}; // said only where it is so: who knows no such words understands the others
    if (!this.#media.track('video')) off.camera_off = true;
    if (!this.#media.track('audio')?.enabled) off.microphone_off = true;
    const word = { kind: 'sending', motion, limit: this.#limit, ...off };
    if (JSON.stringify(word) === this.#told) return;
    this.#told = JSON.stringify(word);
    this.#send(word);
  }
}

// Who says no number is taken at its word.
function isOf({ attempt }, one) {
  return attempt == null || one.attempt === null || attempt === one.attempt;
}
