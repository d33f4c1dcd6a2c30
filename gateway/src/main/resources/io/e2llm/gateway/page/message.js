// One message of a conversation as an element that follows its changes.
import { askAgain, askInstead, isRunning } from './chat.js';
import { citationList } from './citations.js';
import { choose, versions } from './conversation.js';
import { save } from './conversations.js';
import { copyButton } from './copy.js';
import { element } from './dom.js';
import { errorCard } from './error-card.js';
import { count, counted, decimal, milliseconds } from './format.js';
import { icon } from './icons.js';
import { render } from './markdown.js';

// { node, update } for a question or an answer; `redraw` shows the conversation anew.
export function messageView(conversation, message, redraw) {
  return message.role === 'user' ? questionView(conversation, message, redraw) : answerView(conversation, message, redraw);
}

function questionView(conversation, message, redraw) {
  const node = element('article', { class: 'turn question', 'aria-label': 'Question' });
  const text = () => element('h2', { class: message.content.length > 240 ? 'question-text long' : 'question-text' }, message.content);
  const draw = () => node.replaceChildren(text(), element('div', { class: 'turn-tools' },
    versionSwitch(conversation, message, redraw),
    copyButton('Copy question', () => message.content),
    iconButton('edit', 'Edit and ask again', edit, isRunning(conversation))));
  function edit() {
    const input = element('textarea', { class: 'edit-text', 'aria-label': 'Question', value: message.content, rows: 3 });
    const submit = () => {
      const words = input.value.trim();
      if (!words) return;
      draw();
      askInstead(conversation, message, words);
    };
    const cancel = () => {
      draw();
      node.querySelector('[aria-label^="Edit"]').focus();
    };
    input.addEventListener('keydown', (e) => {
      if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) {
        e.preventDefault();
        submit();
      } else if (e.key === 'Escape') {
        e.stopPropagation();
        cancel();
      }
    });
    node.replaceChildren(input, element('div', { class: 'edit-actions' },
      element('button', { type: 'button', class: 'button', onclick: cancel }, 'Cancel'),
      element('button', { type: 'button', class: 'button primary', onclick: submit }, 'Ask again')));
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  }
  return { node, update: () => node.querySelector('textarea') || draw() };
}

function answerView(conversation, message, redraw) {
  const prose = element('div', { class: 'prose' });
  const below = element('div', { class: 'answer-below' });
  const node = element('article', { class: 'turn answer', 'aria-label': 'Answer' }, prose, below);
  let shown = null;
  const update = () => {
    const ended = message.state !== 'waiting' && message.state !== 'streaming';
    const now = `${ended} ${message.content.length}`;
    if (shown !== now) prose.replaceChildren(render(message.content, ended));
    shown = now;
    node.setAttribute('aria-busy', String(!ended));
    node.dataset.state = message.state;
    prose.hidden = !message.content;
    if (!ended) below.replaceChildren(message.state === 'waiting' ? waiting(message) : '');
    else below.replaceChildren(...afterwards(conversation, message, redraw));
  };
  return { node, update };
}

// What is told before the first word.
function waiting({ progress, documents }) {
  if (!progress) return element('p', { class: 'waiting' }, documents.length ? 'Waiting for the documents' : 'Waiting for the first word');
  const { chunks_done: done, chunks_total: total, context_complete: complete } = progress;
  if (complete || done >= total) return element('p', { class: 'waiting' }, 'Context encoded, waiting for the first word');
  return element('div', { class: 'waiting-progress' },
    element('p', { class: 'waiting' }, `Encoding the context: ${count(done)} of ${counted(total, 'chunk')}`),
    element('progress', { max: total, value: done, 'aria-label': 'Encoding the context' }));
}

function afterwards(conversation, message, redraw) {
  const notes = [];
  if (message.state === 'stopped') notes.push('Stopped before the end.');
  if (message.finish === 'length') notes.push('The answer reached its limit of tokens. Raise it in the settings and ask again for more.');
  if (message.usage?.dropped_chunks) notes.push(`${counted(message.usage.dropped_chunks, 'chunk')} did not fit the window and was left out.`);
  if (message.notice) notes.push(message.notice);
  const again = () => askAgain(conversation, message);
  return [
    ...notes.map((note) => element('p', { class: 'note' }, icon('info'), element('span', {}, note))),
    message.error && errorCard(message.error, again),
    message.citations?.length && citationList(conversation, message),
    (message.content || !message.error || versions(conversation, message).length > 1) && element('div', { class: 'turn-tools' },
      versionSwitch(conversation, message, redraw),
      message.content && copyButton('Copy answer', () => message.content),
      !message.error && iconButton('again', 'Ask again', again, isRunning(conversation)),
      element('span', { class: 'meta' }, details(message))),
  ].filter(Boolean);
}

// How the answer came about, in one line.
function details({ mode, usage }) {
  if (!usage) return mode ?? '';
  const { timings = {} } = usage;
  const speed = timings.decode_ms > 0 ? (1000 * (usage.completion_tokens - 1)) / timings.decode_ms : 0;
  return [
    usage.chunks ? mode : null,
    timings.first_token_ms > 0 && `first token after ${milliseconds(timings.first_token_ms)}`,
    counted(usage.completion_tokens, 'token'),
    speed > 0 && `${decimal(speed)} per second`,
  ].filter(Boolean).join(' · ');
}

// « 1 of 2 » where a message has several versions.
function versionSwitch(conversation, message, redraw) {
  const all = versions(conversation, message);
  if (all.length < 2) return null;
  const at = all.indexOf(message);
  const move = (step) => () => {
    choose(conversation, all[at + step]);
    save(conversation);
    redraw();
  };
  const blocked = isRunning(conversation);
  return element('span', { class: 'versions' },
    iconButton('back', 'Version before', move(-1), blocked || at === 0),
    element('span', {}, `${at + 1} of ${all.length}`),
    iconButton('forward', 'Version after', move(1), blocked || at === all.length - 1));
}

const iconButton = (name, label, onclick, disabled = false) => element('button', {
  type: 'button', class: 'icon-button small', title: label, 'aria-label': label, disabled, onclick,
}, icon(name));
