// Whether a browser still finds out what its line carries: it begins low and takes more bit by bit.

const NEW_BEST = 1.02;
const NEAR = 0.85; // of the best: less is a line that does not carry it
const PATIENCE_MS = 8000; // without a new best

export class Climb {
  #best = 0;
  #at = -Infinity;

  /** Takes the rate of now, in bit/s; whether more is still to come. */
  look(now, rate) {
    if (rate > this.#best * NEW_BEST) [this.#best, this.#at] = [rate, now];
    return rate >= NEAR * this.#best && now - this.#at < PATIENCE_MS;
  }
}
