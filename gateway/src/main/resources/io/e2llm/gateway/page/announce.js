// What a screen reader is told: short news, and an answer sentence by sentence as it comes.
import { element, find } from './dom.js';

let said = 0; // how much of the answer under way has been said

// One piece of news; it replaces the one before.
export function announce(text) {
  find('#news').textContent = text;
}

// Appends the sentences of `text` that are complete and have not been said yet.
export function announceAnswer(text, ended) {
  const log = find('#answer-log');
  if (text.length < said) said = 0;
  if (!ended && said === 0) log.replaceChildren();
  const rest = text.slice(said);
  const end = ended ? rest.length : endOfSentences(rest);
  if (end > 0) {
    log.append(element('p', {}, rest.slice(0, end).replace(/[#*`|_]+/g, ' ')));
    said += end;
  }
  if (ended) said = 0;
}

function endOfSentences(text) {
  const ends = [...text.matchAll(/[.!?:]\s|\n/g)];
  return ends.length ? ends.at(-1).index + 1 : 0;
}
