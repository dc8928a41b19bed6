// The socket to the server (protocol/socket.py): hello, then frames. It comes back by itself,
// and says so, until it is closed or the server does not know the ticket any more.

const PATH = '/v1/socket';
const PROTOCOL = 'huizhen.v1';
const REFUSED = [4401, 4402]; // the hello was refused; the ticket has run out
const LONGEST_PAUSE_MS = 8000;
const ANSWER_MS = 8000;
const PROBE_MS = 3000;

export class Line {
  #token;
  #on;
  #socket = null;
  #welcomed = false;
  #tries = 0;
  #beat = 0;
  #patience = 0;
  #pause = 0;
  #closed = false;
  #doubted = -PROBE_MS;

  /** `on` has welcomed(), frame(frame), lost() and refused(). */
  constructor(token, on) {
    this.#token = token;
    this.#on = on;
    addEventListener('online', this.#probe);
    document.addEventListener('visibilitychange', this.#probe);
  }

  open() {
    const address = location.origin.replace(/^http/, 'ws') + PATH;
    const socket = new WebSocket(address, PROTOCOL);
    this.#socket = socket;
    this.#expect(ANSWER_MS);
    socket.onopen = () => this.#write({ type: 'hello', access_token: this.#token, client: 'browser' });
    socket.onmessage = (event) => this.#heard(JSON.parse(event.data));
    socket.onclose = (event) => this.#gone(socket, event.code);
  }

  /** False when the line is down: what was to be said is void with the seat. */
  send(frame) {
    if (!this.#welcomed) return false;
    this.#write(frame);
    return true;
  }

  close() {
    this.#closed = true;
    removeEventListener('online', this.#probe);
    document.removeEventListener('visibilitychange', this.#probe);
    this.#stopTimers();
    this.#socket?.close(1000);
  }

  #write(frame) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #heard(frame) {
    this.#answered();
    if (frame.type === 'welcome') {
      this.#welcomed = true;
      this.#tries = 0;
      this.#beat = setInterval(() => this.#ping(ANSWER_MS), frame.heartbeat_s * 1000);
      this.#on.welcomed();
    } else if (frame.type !== 'pong') {
      this.#on.frame(frame);
    }
  }

  #ping(withinMs) {
    this.#write({ type: 'ping', sent_ms: Math.round(performance.now()) });
    this.#expect(withinMs);
  }

  /** Media have stopped: the socket may have gone the same way, and does not know it yet. */
  doubt() {
    const now = performance.now();
    if (now - this.#doubted < PROBE_MS) return;
    this.#doubted = now;
    this.#probe();
  }

  // A phone that was asleep or changed its network has a socket that looks open and is dead.
  #probe = () => {
    if (document.visibilityState === 'hidden' || this.#closed) return;
    if (this.#welcomed) {
      this.#ping(PROBE_MS);
    } else if (this.#pause) {
      clearTimeout(this.#pause);
      this.#pause = 0;
      this.open();
    }
  };

  #expect(withinMs) {
    clearTimeout(this.#patience);
    const socket = this.#socket;
    this.#patience = setTimeout(() => {
      socket.close();
      this.#gone(socket, 0); // a dead socket takes a minute to say that it is closed
    }, withinMs);
  }

  #answered() {
    clearTimeout(this.#patience);
  }

  #gone(socket, code) {
    if (socket !== this.#socket || this.#closed) return;
    this.#socket = null;
    this.#welcomed = false;
    this.#stopTimers();
    socket.onmessage = null;
    if (REFUSED.includes(code)) {
      this.#on.refused();
      return;
    }
    this.#on.lost();
    const longest = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** this.#tries);
    this.#tries += 1;
    this.#pause = setTimeout(() => {
      this.#pause = 0;
      this.open();
    }, longest * (0.5 + Math.random() / 2));
  }

  #stopTimers() {
    clearInterval(this.#beat);
    clearTimeout(this.#patience);
    clearTimeout(this.#pause);
    this.#pause = 0;
  }
}
