// The call: a seat at the server, the roster, and a connection to each of the others. Of two peers
// the one that joined later offers. After a break of the socket the same seat is taken again, and
// nobody's picture goes; only when the server has given the seat up is everybody met anew.

import { Line } from './line.js';
import { Limit, Peer, State, Way } from './peer.js';

const LOOK_MS = 500;
const REJOIN_MS = 4000; // not more often
const NOT_RUNNING_MS = 2000;
const LOST = { moved: 'moved', removed: 'removed' }; // of a seat; anything else: the call is over
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
  #seated = false; // whether the server knows the seat to be ours on this socket
  #unsent = []; // what could not be said to others meanwhile, in order
  #written = new Map(); // id → words of one's own that the server has not posted yet, in order
  #sfu = null; // {id, peer}: what one sends, where the call passes an SFU

  /** Peer id → {name, kind, share, peer}; in the order of joining. `share` is null for people. */
  others = new Map();

  /** The latest recording of the call and the site's terms, as the server tells; or null. */
  recording = null;
  terms = null;

  /**
   * `on` has changed(), said(message, own), unsaid(id) of a message that is refused, and
   * ended(why): over, ticket, moved, removed.
   */
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

  /** How it is with the SFU of a large call: moving, away, or nothing to be said. */
  get large() {
    if (this.#seat?.call.sfu_away) return 'away';
    return this.#sfu && this.#sfu.peer.state === State.CONNECTING ? 'moving' : '';
  }

  get relayRefuses() {
    return this.#peers.some((peer) => peer.relayRefuses);
  }

  /** What keeps one's own pictures from getting out well. */
  get limit() {
    const all = this.#peers.map((peer) => peer.limit);
    return [Limit.LINE, Limit.PROCESSOR].find((one) => all.includes(one)) ?? Limit.NONE;
  }

  /** One's own peer id while one has a seat. */
  get seat() {
    return this.#seat?.peer_id ?? null;
  }

  /** The names of peers. */
  named(peers) {
    return peers.map((id) => this.others.get(id)?.name).filter(Boolean);
  }

  /** Says something in writing to everybody in the call, now or once the line is back; its id. */
  write(text) {
    const id = crypto.randomUUID();
    this.#written.set(id, text);
    if (this.#seated) this.#post(id, text);
    return id;
  }

  #post(id, text) {
    const place = { consultation_id: this.#ticket.consultation_id, audience: 'call' };
    this.#line.send({ type: 'send_chat', ...place, id, text });
  }

  #posted(message) {
    const own = this.#written.delete(message.id) || message.author.id === this.seat;
    this.#on.said(message, own);
  }

  // A new seat is told CONFLICT of what the one before has posted; without a seat one follows.
  #notPosted(id, { code }) {
    if (code === 'not_a_member') return;
    const text = this.#written.get(id);
    this.#written.delete(id);
    if (code === 'conflict') this.#on.said({ id, text }, true);
    else this.#on.unsaid(id);
  }

  /** Agrees with the words that were read; null refuses, or takes consent back. */
  answerRecording(consent) {
    if (!this.recording) return;
    this.#line.send({
      type: 'answer_recording',
      ref: crypto.randomUUID(),
      consultation_id: this.#ticket.consultation_id,
      recording_id: this.recording.id,
      consent,
    });
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
    await Promise.all(this.#peers.map((peer) => peer.use(kind, track)));
  }

  get #way() {
    return this.#seat.call.sfu ? Way.RECEIVE : Way.BOTH;
  }

  get #peers() {
    const all = [...this.others.values()];
    return (this.#sfu ? [...all, this.#sfu] : all).map(({ peer }) => peer);
  }

  #join() {
    this.#down = this.#seated = false;
    this.#early = null;
    this.#ref = crypto.randomUUID();
    const place = { consultation_id: this.#ticket.consultation_id };
    if (this.#seat) place.seat = this.#seat.peer_id;
    this.#line.send({ type: 'join_call', ref: this.#ref, ...place });
    this.#on.changed();
  }

  #heard(frame) {
    if (frame.type === 'call_joined' && frame.ref === this.#ref) this.#sit(frame.joined);
    else if (frame.type === 'seat_lost') this.#end(LOST[frame.why] ?? 'over');
    else if (frame.type === 'call_changed') this.#changed(frame.call ?? null);
    else if (frame.type === 'chat_posted') this.#posted(frame.message);
    else if (frame.type === 'signal_received') this.#signalled(frame);
    else if (frame.type === 'refused' && frame.ref === this.#ref) this.#refused(frame.problem);
    else if (frame.type === 'refused' && this.#written.has(frame.ref)) {
      this.#notPosted(frame.ref, frame.problem);
    }
  }

  #sit(joined) {
    const same = joined.resumed && this.#seat?.peer_id === joined.peer_id;
    if (!same) this.#forgetAll();
    this.#seat = joined;
    this.#seated = true;
    this.#missingSince = 0;
    clearTimeout(this.#fresh);
    const goodFor = joined.ice_valid_s; // of a relay's credentials: the same seat gets new ones
    if (goodFor) this.#fresh = setTimeout(() => this.#join(), goodFor * 500);
    for (const peer of this.#peers) peer.servers = this.#configuration();
    this.#meet(joined.call);
    const { sfu, sfu_away } = joined.call;
    if (this.#early) this.#meet({ ...this.#early, sfu, sfu_away });
    this.#early = null;
    this.#sendOn();
    for (const [id, text] of this.#written) this.#post(id, text);
    this.#on.changed();
  }

  #changed(call) {
    if (call === null) {
      if (this.#seat) this.#end('over');
    } else if (!this.#seat) this.#early = call;
    else if (call.participants.some((one) => one.peer_id === this.#seat.peer_id)) {
      this.#meet(call);
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
    } else if (problem.code === 'invitation_invalid') this.#end('removed');
    else if (problem.code === 'token_expired') this.#end('ticket');
    else this.#end('over');
  }

  #meet(call) {
    this.#seat.call = call;
    this.recording = call.recording ?? null;
    this.terms = call.recording_terms ?? null;
    const here = new Set(call.participants.map((one) => one.peer_id));
    for (const [id, other] of this.others) {
      if (here.has(id)) continue;
      other.peer.close();
      this.others.delete(id);
    }
    this.#meetSfu(call.sfu ?? null);
    const own = call.participants.find((one) => one.peer_id === this.#seat.peer_id);
    for (const one of call.participants) {
      if (one.peer_id === this.#seat.peer_id) continue;
      const share = one.share ?? null; // what is shared comes from its owner, past an SFU
      const offers = (share || !call.sfu) && (!own || isLater(own, one));
      const way = share ? Way.BOTH : this.#way;
      const known = this.others.get(one.peer_id);
      const who = { name: one.display_name, kind: one.kind, share };
      if (known) Object.assign(known, who);
      else this.#add(one.peer_id, who, offers, way);
      if (known && known.peer.way !== way) known.peer.turn(offers, way).catch(() => this.#rejoin());
    }
  }

  #meetSfu(id) {
    if (id === (this.#sfu?.id ?? null)) return;
    this.#sfu?.peer.close();
    this.#sfu = id && { id, peer: this.#made(id, true, Way.SEND) };
    this.#sfu?.peer.start().catch(() => this.#rejoin());
  }

  #configuration() {
    const iceServers = (this.#seat.ice_servers ?? []).map(({ urls, username, credential }) => ({
      urls,
      ...(username && { username }),
      ...(credential && { credential }),
    }));
    return { iceServers, iceTransportPolicy: this.#seat.ice_transport_policy ?? 'all' };
  }

  #made(id, offers, way, media = this.#media) {
    return new Peer(offers, way, this.#configuration(), media, (signal) => this.#say(id, signal));
  }

  // Kept until the seat is ours again; what was said of an older connection is void then.
  #say(to, signal) {
    if (signal.kind === 'description') this.#unsent = this.#unsent.filter((one) => one.to !== to);
    this.#unsent.push({ to, signal });
    this.#sendOn();
  }

  #sendOn() {
    const place = { consultation_id: this.#ticket.consultation_id };
    while (this.#seated && this.#unsent.length) {
      const { to, signal } = this.#unsent[0];
      const known = this.others.has(to) || this.#sfu?.id === to;
      if (known && !this.#line.send({ type: 'send_signal', ...place, to, signal })) return;
      this.#unsent.shift();
    }
  }

  #add(id, who, offers, way) {
    const peer = this.#made(id, offers, way, who.share ? null : this.#media);
    this.others.set(id, { ...who, peer });
    this.#met = true;
    peer.start().catch(() => this.#rejoin());
  }

  #signalled({ sender, signal }) {
    if (!this.#seat) return;
    const ofSfu = this.#sfu?.id === sender;
    if (!ofSfu && !this.others.has(sender))
      this.#add(sender, { name: '', kind: '', share: null }, false, this.#way);
    const { peer } = ofSfu ? this.#sfu : this.others.get(sender);
    // What comes too late for a connection that was replaced is no fault of anybody.
    peer.take(signal).catch((error) => console.warn('a signal was of no use', error.name));
  }

  async #look() {
    const peers = this.#peers;
    await Promise.all(peers.map((peer) => peer.look()));
    if (peers.some((peer) => peer.state === State.SILENT)) this.#line.doubt();
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
    this.#seated = false;
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
    this.#unsent = [];
    for (const { peer } of this.others.values()) peer.close();
    this.others.clear();
    this.#sfu?.peer.close();
    this.#sfu = null;
  }
}

function isLater(one, other) {
  return stamp(one) > stamp(other);
}

// Sorts as moments do; ids decide where two joined in the same microsecond.
function stamp({ joined_at: at, peer_id: id }) {
  return (at.includes('.') ? at : at.replace('Z', '.000000Z')) + id;
}
