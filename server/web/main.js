// The page's course: the invitation is looked at, consent asked, devices opened, the invitation
// redeemed, the call held. The ticket stays with the tab, so that a reload comes back into the call.

import { look, redeem } from './api.js';
import { Call } from './call.js';
import { Devices, Wake, able } from './devices.js';
import { chatIn, chatSaid, chatUnsaid, chatWords } from './chat.js';
import { showRecording } from './recording.js';
import * as screen from './screen.js';
import { part, show, tell } from './sections.js';
import { WORDING, moment, say, spoken } from './words.js';

const KEPT = 'huizhen.ticket';
const REDEEMING = 'huizhen.redeeming'; // what was asked for, until an answer comes
const CODE = /^[A-Za-z0-9_-]{22,64}$/;

const code = location.hash.slice(1);
const wake = new Wake();
const devices = new Devices(
  () => refresh(),
  (kind) => deviceLost(kind),
);
let seen = null;
let ticket = null;
let call = null;

const retry = ['again', () => open(), true];

async function open() {
  show('opening', () => (part('openingWords').textContent = say('opening')));
  if (!CODE.test(code)) return tell('wrong');
  if (!able()) return tell('tooOld', {}, [['copyLink', copyLink, true]]);
  ticket = kept();
  if (ticket) return enter(ticket);
  try {
    seen = await look(code);
  } catch (refused) {
    return tellRefused(refused);
  }
  const begun = read(REDEEMING);
  if (seen.standing === 'used' && begun) return prepare(begun.withPicture);
  if (seen.standing !== 'open') return tellStanding();
  if (seen.wording !== WORDING) return tell('stale', {}, [['again', () => location.reload(), true]]);
  return invite();
}

function invite() {
  show('invitation', () => {
    part('inviter').textContent = say('invites', { name: seen.inviter_name });
    part('institution').textContent = seen.institution_name ?? '';
    part('guest').textContent = seen.guest_name ?? '';
    part('until').textContent = moment(seen.expires_at);
  });
}

function tellStanding() {
  const values = { name: seen.inviter_name, until: moment(seen.expires_at) };
  return tell(seen.standing, values, []);
}

async function tellRefused(refused) {
  switch (refused.code) {
    case 'invitation_invalid':
    case 'validation_failed':
      if (!seen) return tell('wrong');
      // It held when it was looked at: what has become of it?
      seen = await look(code).catch(() => seen);
      return seen.standing === 'open' ? tell('wrong') : tellStanding();
    case 'consent_required':
      return tell('stale', {}, [['again', () => location.reload(), true]]);
    case 'too_many_requests':
      return tell('wait', { count: refused.retryAfter ?? 60 }, [retry]);
    default:
      return tell('offline', {}, [retry]);
  }
}

// --- joining -----------------------------------------------------------------------------

async function join(withPicture) {
  const agreed = part('consent').checked;
  part('consentMissing').hidden = agreed;
  if (!agreed) return part('consent').focus();
  return prepare(withPicture);
}

/** Devices first: whoever cannot or will not show any has not used the invitation up. */
async function prepare(withPicture) {
  show('opening', () => (part('openingWords').textContent = say('asking')));
  await devices.open({ cameraOff: !withPicture });
  if (!screen.deviceWords(devices.trouble)) return redeemed();
  return screen.tellDevices({ ...devices.trouble }, [
    ['again', () => prepare(withPicture), true],
    ['joinAnyway', () => redeemed()],
    ['back', () => (devices.close(), invite())],
  ]);
}

async function redeemed() {
  const withPicture = !devices.cameraOff;
  const { secret } = read(REDEEMING) ?? { secret: crypto.randomUUID() };
  sessionStorage.setItem(REDEEMING, JSON.stringify({ code, secret, withPicture }));
  try {
    ticket = await redeem(code, secret, WORDING, spoken());
  } catch (refused) {
    devices.close();
    if (refused.code === 'offline') {
      return tell('unheard', {}, [['again', () => prepare(withPicture), true]]);
    }
    sessionStorage.removeItem(REDEEMING);
    return tellRefused(refused);
  }
  sessionStorage.removeItem(REDEEMING);
  return hold();
}

/** Back into a call that one has a ticket for; what was off stays off. */
async function enter(off) {
  show('opening', () => (part('openingWords').textContent = say('asking')));
  await devices.open(off);
  return hold();
}

// --- the call ----------------------------------------------------------------------------

function hold() {
  if (devices.trouble.video) devices.cameraOff = true;
  keep();
  part('ownVideo').srcObject = devices.stream;
  call = new Call(ticket, devices, { changed: () => refresh(), said: chatSaid, unsaid: chatUnsaid, ended: over });
  chatIn(call);
  show('room', () => (chatWords(), refresh()));
  warnOfDevices();
  wake.hold();
  call.start();
}

function refresh() {
  if (!call) return;
  screen.showRoom(call, devices);
  showRecording(call);
}

function warnOfDevices() {
  const words = screen.deviceWords(devices.trouble);
  screen.trouble(words ? words.join(' ') : null);
}

async function deviceLost(kind) {
  if (!call) return;
  await change(kind, kind === 'video' ? devices.setCameraOff(true) : devices.setMuted(true));
  screen.trouble(say('deviceLost'));
  refresh();
}

async function change(kind, work) {
  if (call) keep(); // a page may be gone before its camera is there
  await work;
  if (call) keep();
  await call?.use(kind);
  warnOfDevices();
  refresh();
}

function stop() {
  devices.close();
  wake.release();
  call = null;
  chatIn(null);
  screen.emptyRoom();
}

function over(why) {
  stop();
  forget();
  tell(why, {}, []);
}

function hangUp() {
  const { muted, cameraOff } = devices;
  call.leave();
  stop();
  forget();
  tell('left', {}, [['rejoin', () => enter({ muted, cameraOff }), true]]);
}

// --- what the tab remembers --------------------------------------------------------------

function keep() {
  const { muted, cameraOff } = devices;
  sessionStorage.setItem(KEPT, JSON.stringify({ code, ...ticket, muted, cameraOff }));
}

function forget() {
  sessionStorage.removeItem(KEPT);
}

function kept() {
  const value = read(KEPT);
  return value && Date.parse(value.access_expires_at) > Date.now() ? value : null;
}

function read(key) {
  const text = sessionStorage.getItem(key);
  const value = text ? JSON.parse(text) : null;
  return value?.code === code ? value : null;
}

async function copyLink(button) {
  await navigator.clipboard?.writeText(location.href);
  button.textContent = say('copied');
}

part('joinBoth').addEventListener('click', () => join(true));
part('joinSound').addEventListener('click', () => join(false));
part('refuse').addEventListener('click', () =>
  tell('refused', {}, [['back', () => invite(), true]]),
);
part('consent').addEventListener('change', () => (part('consentMissing').hidden = true));
part('microphone').addEventListener('click', () => change('audio', devices.setMuted(!devices.muted)));
part('camera').addEventListener('click', () => change('video', devices.setCameraOff(!devices.cameraOff)));
part('turn').addEventListener('click', () => change('video', devices.turn()));
part('hangUp').addEventListener('click', hangUp);
addEventListener('hashchange', () => location.reload());

open();
