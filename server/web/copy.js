// The course of a patient's copy: the code is looked at, consent and date of birth are asked, the
// report is shown. Nothing of it is kept when the page is closed.

import { copyFile, lookAtCopy, openCopy } from './api.js';
import { COPY_WORDING, words } from './copy_words.js';
import { part, show, tell } from './sections.js';
import { learn, moment, say, spoken } from './words.js';

learn(words);

const CODE = /^[A-Za-z0-9_-]{22,64}$/;
const VOID = { expired: 'copyExpired', withdrawn: 'copyWithdrawn', locked: 'copyLocked' };
const SECTIONS = [
  ['copyImpression', 'impression'],
  ['copyRecommendation', 'recommendation'],
  ['copyFindings', 'findings'],
  ['copyQuestion', 'question'],
];

const code = location.hash.slice(1);
let seen = null;
let proof = null;
let report = null;

const retry = ['again', () => open(), true];
const anew = ['again', () => location.reload(), true];

async function open() {
  show('opening', () => (part('openingWords').textContent = say('copyOpening')));
  if (!CODE.test(code)) return tell('copyWrong');
  try {
    seen = await lookAtCopy(code);
  } catch (refused) {
    return tellRefused(refused);
  }
  if (seen.standing !== 'open') return tellVoid();
  if (seen.wording !== COPY_WORDING) return tell('copyStale', {}, [anew]);
  return ask();
}

function ask() {
  show('asking', () => {
    part('giver').textContent = seen.institution_name ? say('copyGiver', { name: seen.institution_name }) : '';
    part('until').textContent = moment(seen.expires_at);
    part('bornProblem').textContent = '';
  });
}

function tellVoid() {
  const name = seen.institution_name ?? '';
  return tell(VOID[seen.standing], { name, until: moment(seen.expires_at) });
}

async function tellRefused(refused) {
  switch (refused.code) {
    case 'birth_date_wrong':
      part('bornProblem').textContent = say('copyBornWrong');
      return part('born').select();
    case 'invitation_invalid':
    case 'validation_failed':
      if (!seen) return tell('copyWrong');
      // It opened when it was looked at: what has become of it?
      seen = await lookAtCopy(code).catch(() => seen);
      return seen.standing === 'open' ? tell('copyWrong') : tellVoid();
    case 'consent_required':
      return tell('copyStale', {}, [anew]);
    case 'too_many_requests':
      return tell('wait', { count: refused.retryAfter ?? 60 }, [retry]);
    default:
      return tell('copyOffline', {}, [report ? ['again', () => read(), true] : retry]);
  }
}

// --- who reads ---------------------------------------------------------------------------

/** YYYY-MM-DD of 8 digits, however they are set apart; null where they are no day. */
function dayOf(text) {
  const digits = text.replace(/\D/g, '');
  const day = digits.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  const at = new Date(`${day}T00:00:00Z`);
  return digits.length === 8 && !isNaN(at) && at.toISOString().startsWith(day) ? day : null;
}

async function answered() {
  const agreed = part('consent').checked;
  part('consentMissing').hidden = agreed;
  if (!agreed) return part('consent').focus();
  const born = dayOf(part('born').value);
  part('bornProblem').textContent = born ? '' : say('copyBornProblem');
  if (!born) return part('born').focus();
  proof = { code, birth_date: born, consent: { wording: COPY_WORDING, language: spoken() } };
  return read();
}

async function read() {
  part('read').disabled = true;
  try {
    report = await openCopy(proof);
  } catch (refused) {
    return await tellRefused(refused);
  } finally {
    part('read').disabled = false;
  }
  show('report', showReport);
  return part('reportHeading').focus();
}

// --- the report --------------------------------------------------------------------------

function showReport() {
  part('house').textContent = report.expert_institution;
  part('version').textContent = report.version > 1 ? say('copyVersion', report) : '';
  part('whose').replaceChildren(...facts());
  part('critical').hidden = !report.critical_finding;
  part('critical').textContent = say('copyCritical', { what: report.critical_finding });
  part('words').replaceChildren(...SECTIONS.flatMap(([title, name]) => section(title, report[name])));
  part('words').append(...section('copyStructured', report.structured.map(structured).join('\n')));
  part('words').append(...section('copyExaminations', report.examinations.map(examination).join('\n')));
  const title = report.expert_title ? say(report.expert_title) : '';
  const who = [report.expert_name, title].filter(Boolean).join(' ');
  const values = { who, house: report.expert_institution, time: moment(report.signed_at) };
  part('signed').textContent = say('copySigned', values);
  const { reviewer_name: by, reviewer_institution: at } = report.co_signature ?? {};
  part('reviewed').hidden = !by;
  part('reviewed').textContent = by ? say('copyReviewed', { who: by, house: at }) : '';
  const house = { house: report.requester_institution };
  part('advice').textContent = say(report.mode === 'advice' ? 'copyAdvice' : 'copyDiagnosis', house);
  part('file').hidden = !report.has_file;
}

function facts() {
  const sex = report.patient_sex ? say(`sex_${report.patient_sex}`) : '';
  const told = [
    ['copyPatient', report.patient_name],
    ['copySex', sex],
    ['copyBirth', report.patient_birth_date],
    ['copyNumber', report.number],
    ['copyAsked', report.requester_institution],
  ];
  return told.filter(([, text]) => text).map(([name, text]) => {
    const line = document.createElement('div');
    line.append(made('dt', say(name)), made('dd', text));
    return line;
  });
}

function section(title, text) {
  return text ? [made('h2', say(title)), made('p', text)] : [];
}

function made(kind, text) {
  const one = document.createElement(kind);
  one.textContent = text;
  return one;
}

function structured({ name, side, value, unit }) {
  return [side ? `${name} (${say(`side_${side}`)})` : name, value, unit].filter(Boolean).join(' ');
}

function examination({ modalities, description, study_date: day }) {
  const shown = day.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  return [modalities.join('/'), description, shown].filter(Boolean).join(' · ');
}

async function download() {
  part('file').disabled = true;
  part('fileProblem').textContent = '';
  try {
    const address = URL.createObjectURL(await copyFile(proof));
    const link = document.createElement('a');
    link.href = address;
    link.download = `${report.number}.pdf`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  } catch {
    part('fileProblem').textContent = say('copyFileProblem');
  } finally {
    part('file').disabled = false;
  }
}

/** Whoever takes the phone next reads nothing. */
function close() {
  report = proof = null;
  for (const id of ['whose', 'words']) part(id).replaceChildren();
  part('born').value = '';
  part('consent').checked = false;
  tell('copyClosed', {}, [retry]);
}

part('form').addEventListener('submit', (event) => {
  event.preventDefault();
  answered();
});
part('consent').addEventListener('change', () => (part('consentMissing').hidden = true));
part('file').addEventListener('click', download);
part('print').addEventListener('click', () => print());
part('close').addEventListener('click', close);
addEventListener('hashchange', () => location.reload());

open();
