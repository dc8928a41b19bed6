// The recording of the call at the guest's page: asked in plain words, agreed to, refused, taken
// back; and the steady mark while it runs. Nothing here records: who asks for it does.

import { RECORDING_WORDING, listed, say, spoken } from './words.js';

const part = (id) => document.getElementById(id);
const WORDS = ['Why', 'What', 'Long', 'Free'];

let shown = ''; // what the panel says, so that a reader is not interrupted by saying it again
let current = null; // the call whose recording the buttons are about
let met = null; // the recording whose question the reader was led to

/** The call's recording as it stands. */
export function showRecording(call) {
  current = call;
  const { recording, terms } = call;
  const active = recording && recording.phase !== 'ended';
  const asked = active && recording.awaited.includes(call.seat);
  showQuestion(asked ? recording : null, terms);
  part('recording').hidden = !active && !recording;
  if (!recording) return;
  part('recording').dataset.phase = asked ? 'asked' : recording.phase;
  setText(part('recordingText'), words(recording, asked));
  const withdraw = part('recordingWithdraw');
  withdraw.hidden = !active || asked;
  setText(withdraw, say('recordingWithdraw'));
}

function words(recording, asked) {
  if (asked) return say('recordingAsked', { name: recording.asker_name });
  switch (recording.phase) {
    case 'running':
      return say('recordingRunning');
    case 'paused':
      return say('recordingPaused');
    case 'asking':
      return say('recordingAsking', { names: listed(current.named(recording.awaited)) });
    default:
      return say(recording.end === 'refused' ? 'recordingRefused' : 'recordingEnded');
  }
}

function showQuestion(recording, terms) {
  const question = part('question');
  const key = recording ? `${recording.id} ${spoken()}` : '';
  question.hidden = !recording;
  if (key === shown) return;
  shown = key;
  if (!recording) return;
  const values = { name: recording.asker_name, days: terms?.kept_days ?? '' };
  part('questionHeading').textContent = say('questionHeading');
  part('questionWho').textContent = say('questionWho', values);
  WORDS.forEach((name) => (part(`question${name}`).textContent = say(`question${name}`, values)));
  part('agree').textContent = say('questionAgree');
  part('disagree').textContent = say('questionRefuse');
  if (met !== recording.id) part('questionHeading').focus();
  met = recording.id;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

part('agree').addEventListener('click', () =>
  current?.answerRecording({ wording: RECORDING_WORDING, language: spoken() }),
);
for (const id of ['disagree', 'recordingWithdraw']) {
  part(id).addEventListener('click', () => current?.answerRecording(null));
}
