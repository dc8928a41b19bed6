// What is seen of a call and of devices. It decides nothing.

import { listed, say } from './words.js';
import { Limit, State } from './peer.js';
import { offer, part, show } from './sections.js';

const STEADY_LOOKS = 3; // the louder one has to stay louder before the pictures change

const tiles = new Map();
let speaker = null;
let louder = { id: null, looks: 0 };

/** As `tell`, with the words of devices that cannot be used. */
export function tellDevices(trouble, actions) {
  show('message', () => {
    const [text, mend] = deviceWords(trouble);
    part('messageHeading').textContent = say('devicesHeading');
    part('messageText').textContent = text;
    part('messageMend').textContent = mend;
    offer(actions);
  });
  part('messageHeading').focus();
}

/** What is wrong with the devices, and what to do; null when nothing is. */
export function deviceWords({ audio, video }) {
  if (!audio && !video) return null;
  const which = audio && audio === video ? 'Both' : audio ? 'Audio' : 'Video';
  const why = audio ?? video;
  return [say(`${why}${which}`), say(`mend${why[0].toUpperCase()}${why.slice(1)}`)];
}

export function trouble(words) {
  part('trouble').hidden = !words;
  part('troubleText').textContent = words ?? '';
}
part('troubleClose').addEventListener('click', () => trouble(null));

/** The room as it stands: pictures, who speaks, one's own picture, buttons. */
export function showRoom(call, devices) {
  showTiles(call);
  showSpeaker(call);
  const off = devices.cameraOff || !devices.track('video');
  part('status').textContent = statusWords(call, off ? Limit.NONE : call.limit);
  part('room').dataset.state = call.state;
  const own = part('own');
  own.dataset.state = off ? 'off' : 'live';
  own.dataset.mirrored = devices.facesUser;
  const notes = [off && say('ownCameraOff'), devices.muted && say('ownMuted')].filter(Boolean);
  setText(part('ownWords'), notes.join(' · '));
  toggle('microphone', devices.muted, 'microphoneOff', 'microphoneOn');
  toggle('camera', devices.cameraOff, 'cameraOff', 'cameraOn');
  part('turn').hidden = !devices.canTurn;
}

function toggle(id, off, turnOff, turnOn) {
  const button = part(id);
  setText(button.querySelector('span'), say(off ? turnOn : turnOff));
  button.setAttribute('aria-pressed', String(off));
}

function statusWords(call, limit) {
  if (call.state === 'left') return say('doctorsLeft');
  if (call.state !== 'in') return say(call.state);
  if (call.large) return say(call.large === 'away' ? 'sfuAway' : 'sfuMoving');
  const people = [...call.others.values()].filter(({ share }) => !share);
  const live = people.filter(({ peer }) => peer.state === State.LIVE);
  const names = live.map(({ name }) => name).filter(Boolean);
  if (!names.length) {
    if (people.some(({ peer }) => peer.met)) return say('reconnecting');
    return say(call.relayRefuses ? 'relayRefuses' : 'connecting');
  }
  if (limit === Limit.LINE) return say('slowUpload');
  if (limit === Limit.PROCESSOR) return say('busyDevice');
  return say('inCall', { names: listed(names) });
}

function showTiles(call) {
  for (const [id, tile] of tiles) {
    if (call.others.has(id)) continue;
    tile.querySelector('video').srcObject = null;
    tile.remove();
    tiles.delete(id);
  }
  for (const [id, { name: who, share, peer }] of call.others) {
    const name = share ? shareWords(share, who) : who;
    if (!tiles.has(id)) tiles.set(id, madeTile());
    const tile = tiles.get(id);
    const video = tile.querySelector('video');
    if (video.srcObject !== peer.stream) {
      video.srcObject = peer.stream;
      play(video);
    }
    showShared(tile, share);
    const [state, words] = tileWords(peer, name);
    tile.dataset.state = state;
    setText(tile.querySelector('.cover'), words);
    const silent = peer.sends?.microphone_off && say('peerMuted');
    setText(tile.querySelector('figcaption'), silent ? `${name} · ${silent}` : name);
    video.setAttribute('aria-label', name);
  }
}

function tileWords(peer, name) {
  if (peer.state === State.CONNECTING) return ['covered', say('peerConnecting', { name })];
  if (peer.state !== State.LIVE) return ['covered', say('peerReconnecting', { name })];
  if (peer.sends?.camera_off) return ['covered', say('peerCameraOff', { name })];
  if (peer.pictures) return ['live', ''];
  if (peer.sends?.motion === 'paused') return ['covered', say('peerPaused', { name })];
  return ['covered', say(peer.sounds ? 'peerNoPicture' : 'peerSilent', { name })];
}

function shareWords({ kind, title }, name) {
  if (kind === 'device') return title ? say('sharedTitle', { title, name }) : say('sharedDevice', { name });
  return say(kind === 'window' ? 'sharedWindow' : 'sharedScreen', { name });
}

// What is shared may fill the screen in its own size: text is to be read.
function showShared(tile, share) {
  tile.classList.toggle('shared', Boolean(share));
  const size = tile.querySelector('.size');
  size.hidden = !share;
  const enlarged = tile.classList.contains('enlarged');
  setText(size, say(enlarged ? 'sharedFit' : 'sharedEnlarge'));
  size.setAttribute('aria-pressed', String(enlarged));
}

function toggleSize(tile) {
  if (!tile.classList.contains('shared')) return;
  tile.classList.toggle('enlarged');
  showShared(tile, true);
}

function madeTile() {
  const tile = part('tile').content.firstElementChild.cloneNode(true);
  part('pictures').append(tile);
  tile.querySelector('.size').addEventListener('click', () => toggleSize(tile));
  tile.querySelector('video').addEventListener('click', () => toggleSize(tile));
  return tile;
}

// With two or more the one who speaks is larger; a cough changes nothing.
function showSpeaker(call) {
  const people = [...call.others].filter(([, { share }]) => !share);
  const ranked = people.sort(([, a], [, b]) => b.peer.loudness - a.peer.loudness);
  const loudest = ranked.length && ranked[0][1].peer.loudness > 1e-5 ? ranked[0][0] : null;
  louder = loudest === louder.id ? { ...louder, looks: louder.looks + 1 } : { id: loudest, looks: 1 };
  if (!people.some(([id]) => id === speaker)) speaker = ranked[0]?.[0] ?? null;
  if (loudest && louder.looks >= STEADY_LOOKS) speaker = loudest;
  for (const [id, tile] of tiles) tile.classList.toggle('speaker', id === speaker);
  part('pictures').dataset.count = String(tiles.size);
  part('pictures').dataset.shared = String(people.length < tiles.size);
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// A browser may play sound only after a tap: then the picture plays silently until one comes.
function play(video) {
  video.play().catch((error) => {
    if (error.name !== 'NotAllowedError') return;
    part('sound').hidden = false;
    video.muted = true;
    video.play().catch(() => {});
  });
}

part('sound').addEventListener('click', () => {
  part('sound').hidden = true;
  for (const tile of tiles.values()) {
    const video = tile.querySelector('video');
    video.muted = false;
    play(video);
  }
});

export function emptyRoom() {
  showTiles({ others: new Map() });
  part('ownVideo').srcObject = null;
  part('sound').hidden = true;
  trouble(null);
}
