// What is said in writing in the call: everybody in it reads it, and the doctors keep it.

import { say } from './words.js';

const MOST = 4000; // signs in one message (protocol/chat.py)

const part = (id) => document.getElementById(id);

let current = null; // the call that is written in
let unread = false;

/** Empties the panel and writes in this call from now on; null: in none. */
export function chatIn(call) {
  current = call;
  unread = false;
  part('chat').hidden = true;
  part('chatLines').replaceChildren();
  part('chatText').value = '';
  chatWords();
}

/** The words of the panel in the language of the page. */
export function chatWords() {
  part('chatText').placeholder = say('chatWrite');
  part('chatText').setAttribute('aria-label', say('chatWrite'));
  part('chatLines').setAttribute('aria-label', say('chatTitle'));
  part('chatSend').textContent = say('chatSend');
  showButton();
}

/** A message that the server has posted; one's own stands there since it was written. */
export function chatSaid({ id, author, text }, own) {
  const known = lineOf(id);
  if (known) {
    known.querySelector('b').textContent = say('chatMine');
    return;
  }
  addLine(id, own ? say('chatMine') : author.display_name, text, own);
  if (part('chat').hidden && !own) unread = true;
  showButton();
}

/** The server does not take it: the words go back to where they can be mended. */
export function chatUnsaid(id) {
  const line = lineOf(id);
  if (!line) return;
  line.querySelector('b').textContent = say('chatRefused');
  part('chatText').value ||= line.querySelector('p').textContent;
}

function lineOf(id) {
  return [...part('chatLines').children].find((line) => line.dataset.id === id);
}

function addLine(id, name, text, own) {
  const line = document.createElement('li');
  line.className = own ? 'mine' : '';
  line.dataset.id = id;
  const who = document.createElement('b');
  who.textContent = name;
  const words = document.createElement('p');
  words.textContent = text;
  line.append(who, words);
  part('chatLines').append(line);
  line.scrollIntoView({ block: 'nearest' });
}

function showButton() {
  const open = !part('chat').hidden;
  part('chatOpen').setAttribute('aria-pressed', String(open));
  part('chatOpen').querySelector('span').textContent = say(unread ? 'chatUnread' : 'chat');
}

part('chatOpen').addEventListener('click', () => {
  const panel = part('chat');
  panel.hidden = !panel.hidden;
  if (!panel.hidden) {
    unread = false;
    part('chatText').focus();
    part('chatLines').lastElementChild?.scrollIntoView({ block: 'nearest' });
  }
  showButton();
});
part('chatForm').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = part('chatText').value.trim().slice(0, MOST);
  if (!text || !current) return;
  addLine(current.write(text), say('chatSending'), text, true);
  part('chatText').value = '';
});
