// Which part of a page is seen, in which language, and what it tells. It decides nothing.

import { say, spoken, speakOther } from './words.js';

export const part = (id) => document.getElementById(id);

let again = () => {};

/** Shows one section; `words()` fills in what depends on more than the language. */
export function show(section, words = () => {}) {
  for (const one of document.querySelectorAll('main > section')) one.hidden = one.id !== section;
  document.body.dataset.section = section;
  again = () => {
    for (const one of document.querySelectorAll('[data-word]')) {
      one.textContent = say(one.dataset.word);
    }
    for (const one of document.querySelectorAll('[data-label]')) {
      one.setAttribute('aria-label', say(one.dataset.label));
    }
    document.title = say(document.body.dataset.title);
    document.documentElement.lang = spoken() === 'zh' ? 'zh-CN' : 'en';
    for (const one of document.querySelectorAll('[data-language]')) {
      one.textContent = say('otherLanguage');
      one.lang = spoken() === 'zh' ? 'en' : 'zh-CN';
    }
    words();
  };
  again();
}

for (const one of document.querySelectorAll('[data-language]')) {
  one.addEventListener('click', () => {
    speakOther();
    again();
  });
}

/** A heading, what happened, what to do, and buttons as [words, act, primary]. */
export function tell(name, values = {}, actions = []) {
  show('message', () => {
    part('messageHeading').textContent = say(`${name}Heading`, values);
    part('messageText').textContent = say(`${name}Text`, values);
    part('messageMend').textContent = say(`${name}Mend`, values);
    offer(actions);
  });
  part('messageHeading').focus();
}

export function offer(actions) {
  part('messageActions').replaceChildren(
    ...actions.map(([words, act, primary]) => {
      const made = document.createElement('button');
      made.type = 'button';
      made.id = words;
      made.className = primary ? 'primary' : '';
      made.textContent = say(words);
      made.addEventListener('click', () => act(made));
      return made;
    }),
  );
}
