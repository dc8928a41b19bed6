// The requests of who has a code (protocol/paths.py). The code goes in the body, never in an address.

const LOOK = '/v1/call/invitation';
const REDEEM = '/v1/call/redeem';
const LOOK_AT_COPY = '/v1/report-copy/look';
const OPEN_COPY = '/v1/report-copy';
const COPY_FILE = '/v1/report-copy/file';
const PATIENCE_MS = 15000;
/** Covers the reading of a file, too: 32 MiB (protocol/report.py) at half a megabit per second. */
const FILE_PATIENCE_MS = 600000;

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

/** The ticket for the call, for consent to the words of this version; again with the same secret. */
export function redeem(code, secret, wording, language) {
  return post(REDEEM, { code, secret, consent: { wording, language } });
}

/** Who gives a copy of a report and whether it opens. */
export function lookAtCopy(code) {
  return post(LOOK_AT_COPY, { code });
}

/** The report; `proof` is protocol/report_copy.py's `OpenCopy`. */
export function openCopy(proof) {
  return post(OPEN_COPY, proof);
}

/** Its signed PDF as a Blob. */
export function copyFile(proof) {
  return post(COPY_FILE, proof, (answer) => answer.blob(), FILE_PATIENCE_MS);
}

async function post(path, body, read = (answer) => answer.json(), patience = PATIENCE_MS) {
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
      signal: AbortSignal.timeout?.(patience),
    });
    said = await (answer.ok ? read(answer) : answer.json());
  } catch {
    throw new Refused('offline');
  }
  if (!answer.ok) throw new Refused(said.code ?? 'offline', said.retry_after_s);
  return said;
}
