// The two requests of a guest (protocol/paths.py). The code goes in the body, never in an address.

const LOOK = '/v1/call/invitation';
const REDEEM = '/v1/call/redeem';
const PATIENCE_MS = 15000;

/** A refusal; `code` is protocol/errors.py's, or `offline` when no answer came. */
export class Refused extends Error {
  constructor(code, retryAfter = null) {
    super(code);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Who invites and whether it holds; uses nothing up. */
export function look(code) {
  return post(LOOK, { code });
}

/** The ticket for the call, for consent to the words of this version. */
export function redeem(code, wording, language) {
  return post(REDEEM, { code, consent: { wording, language } });
}

async function post(path, body) {
  let answer;
  let said;
  try {
    answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout?.(PATIENCE_MS),
    });
    said = await answer.json();
  } catch {
    throw new Refused('offline');
  }
  if (!answer.ok) throw new Refused(said.code ?? 'offline', said.retry_after_s);
  return said;
}
