// The call: a seat at the server, the roster, and a connection to each of the others. Of two peers
// the one that joined later offers. After a break of the socket the same seat is taken again, and
// nobody's picture goes; only when the server has given the seat up is everybody met anew.

import { Line } from './line.js';
import { Peer } from './peer.js';

const LOOK_MS = 500;
const REJOIN_MS = 4000; // not more often
const NOT_RUNNING_MS = 2000;
const PATIENCE_MS = 60000; // for a call that is gone while the doctors reconnect

export class Call {
  #ticket;
  #media;
  #on;
  #line;
  #ref = null;
  #seat = null;
  #early = null;
  #met = false; // whether anybody was here before
  #down = false;
  #missingSince = 0;
  #rejoined = 0;
  #looking = 0;
  #retry = 0;
  #fresh = 0;

  /** Peer id → {name, kind, share, peer}; in the order of joining. `share` is null for people. */
  others = new Map();

  /** `on` has changed(), and ended(why) with why one of over, ticket. */
  constructor(ticket, media, on) {
    this.#ticket = ticket;
    this.#media = media;
    this.#on = on;
    this.#line = new Line(ticket.access_token, {
      welcomed: () => this.#join(),
      frame: (frame) => this.#heard(frame),
      lost: () => this.#lost(),
      refused: () => this.#end('ticket'),
    });
  }

  start() {
    this.#line.open();
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  leave() {
    this.#line.send({ type: 'leave_call', consultation_id: this.#ticket.consultation_id });
    this.#close();
  }

  /** connecting, waiting, left (they were here), in, or reconnecting. */
  get state() {
    if (this.#down) return 'reconnecting';
    if (!this.#seat) return this.#missingSince ? 'left' : this.#met ? 'reconnecting' : 'connecting';
    if (this.others.size === 0) return this.#met ? 'left' : 'waiting';
    return 'in';
  }

  /** What is sent to everybody has changed. */
  async use(kind) {
    const track = this.#media.track(kind);
    await Promise.all([...this.others.values()].map(({ peer }) => peer.use(kind, track)));
  }

  #join() {
    this.#down = false;
    this.#early = null;
    this.#ref = crypto.randomUUID();
    const place = { consultation_id: this.#ticket.consultation_id };
    if (this.#seat) place.seat = this.#seat.peer_id;
    this.#line.send({ type: 'join_call', ref: this.#ref, ...place });
    this.#on.changed();
  }

  #heard(frame) {
    if (frame.type === 'call_joined' && frame.ref === this.#ref) this.#sit(frame.joined);
    else if (frame.type === 'call_changed') this.#changed(frame.call ?? null);
    else if (frame.type === 'signal_received') this.#signalled(frame);
    else if (frame.type === 'refused' && frame.ref === this.#ref) this.#refused(frame.problem);
  }

  #sit(joined) {
    const same = joined.resumed && this.#seat?.peer_id === joined.peer_id;
    if (!same) this.#forgetAll();
    this.#seat = joined;
    this.#missingSince = 0;
    clearTimeout(this.#fresh);
    const goodFor = joined.ice_valid_s; // of a relay's credentials: the same seat gets new ones
    if (goodFor) this.#fresh = setTimeout(() => this.#join(), goodFor * 500);
    for (const { peer } of this.others.values()) peer.servers = this.#configuration();
    this.#meet(joined.call, !same);
    if (this.#early) this.#meet(this.#early, false);
    this.#early = null;
    this.#on.changed();
  }

  #changed(call) {
    if (call === null) {
      if (this.#seat) this.#end('over');
    } else if (!this.#seat) this.#early = call;
    else if (call.participants.some((one) => one.peer_id === this.#seat.peer_id)) {
      this.#meet(call, false);
      this.#on.changed();
    } else this.#rejoin(); // the server has given our place up
  }

  #refused(problem) {
    const now = performance.now();
    this.#missingSince ||= now;
    const gone = problem.code === 'call_not_running';
    if (gone && this.#met && now - this.#missingSince < PATIENCE_MS) {
      this.#seat = null;
      this.#forgetAll();
      this.#on.changed();
      this.#retry = setTimeout(() => this.#join(), NOT_RUNNING_MS);
    } else if (problem.code === 'token_expired') this.#end('ticket');
    else this.#end('over');
  }

  #meet(call, offers) {
    const here = new Set(call.participants.map((one) => one.peer_id));
    for (const [id, other] of this.others) {
      if (here.has(id)) continue;
      other.peer.close();
      this.others.delete(id);
    }
    for (const one of call.participants) {
      if (one.peer_id === this.#seat.peer_id) continue;
      const known = this.others.get(one.peer_id);
      const share = one.share ?? null;
      if (known) Object.assign(known, { name: one.display_name, kind: one.kind, share });
      else this.#add(one.peer_id, { name: one.display_name, kind: one.kind, share }, offers);
    }
  }

  #configuration() {
    const iceServers = (this.#seat.ice_servers ?? []).map(({ urls, username, credential }) => ({
      urls,
      ...(username && { username }),
      ...(credential && { credential }),
    }));
    return { iceServers, iceTransportPolicy: this.#seat.ice_transport_policy ?? 'all' };
  }

  #add(id, who, offers) {
    const send = (signal) =>
      this.#line.send({
        type: 'send_signal',
        consultation_id: this.#ticket.consultation_id,
        to: id,
        signal,
      });
    const media = who.share ? null : this.#media;
    const peer = new Peer(offers, this.#configuration(), media, send);
    this.others.set(id, { ...who, peer });
    this.#met = true;
    peer.start().catch(() => this.#rejoin());
  }

  #signalled({ sender, signal }) {
    if (!this.#seat) return;
    if (!this.others.has(sender)) this.#add(sender, { name: '', kind: '', share: null }, false);
    const { peer } = this.others.get(sender);
    // What comes too late for a connection that was replaced is no fault of anybody.
    peer.take(signal).catch((error) => console.warn('a signal was of no use', error.name));
  }

  async #look() {
    const peers = [...this.others.values()].map(({ peer }) => peer);
    await Promise.all(peers.map((peer) => peer.look()));
    for (const peer of peers) {
      if (!this.#down && peer.lost) peer.renew().catch(() => {});
    }
    this.#on.changed();
  }

  #rejoin() {
    const now = performance.now();
    if (!this.#seat || now - this.#rejoined < REJOIN_MS) return;
    this.#rejoined = now;
    this.#line.send({ type: 'leave_call', consultation_id: this.#ticket.consultation_id });
    this.#seat = null;
    this.#join();
  }

  #lost() {
    this.#down = true;
    this.#missingSince = 0;
    clearTimeout(this.#retry);
    this.#on.changed();
  }

  #end(why) {
    this.#close();
    this.#on.ended(why);
  }

  #close() {
    clearInterval(this.#looking);
    clearTimeout(this.#retry);
    clearTimeout(this.#fresh);
    this.#seat = null;
    this.#forgetAll();
    this.#line.close();
  }

  #forgetAll() {
    for (const { peer } of this.others.values()) peer.close();
    this.others.clear();
  }
}
