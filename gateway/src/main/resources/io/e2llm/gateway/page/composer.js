// Where questions are written, sent and stopped.
import { ask, isRunning, onChat, stop } from './chat.js';
import { path } from './conversation.js';
import { current, onConversations, useDocument } from './conversations.js';
import { remove } from './documents.js';
import { element, find } from './dom.js';
import { addFiles, addText, chooseFiles } from './drop.js';
import { icon } from './icons.js';
import { shownPlace } from './router.js';
import { onSettings, settings } from './settings.js';
import { openSettings } from './settings-dialog.js';
import { toast } from './toast.js';

const LONG_PASTE = 4000; // characters from which pasted text becomes a document
const drafts = new Map();
let input = null;

export function startComposer() {
  input = element('textarea', { id: 'question', rows: 1, 'aria-label': 'Question', 'aria-describedby': 'composer-hint', placeholder: 'Ask a question' });
  const send = element('button', { class: 'send', type: 'submit', 'aria-label': 'Send', title: 'Send' }, icon('send'));
  const mode = element('button', { type: 'button', class: 'button text mode', onclick: () => openSettings('context-mode') });
  const form = find('#composer');
  form.append(element('div', { class: 'composer-box' }, input, element('div', { class: 'composer-row' },
    element('button', { type: 'button', class: 'icon-button', 'aria-label': 'Add documents', title: 'Add documents', onclick: chooseFiles }, icon('attach')),
    mode, element('span', { class: 'hint', id: 'composer-hint' }, 'Enter sends, Shift+Enter starts a line'), send)));

  const settle = () => {
    const busy = isRunning(current());
    send.replaceChildren(icon(busy ? 'stop' : 'send'));
    send.setAttribute('aria-label', busy ? 'Stop' : 'Send');
    send.title = busy ? 'Stop (Esc)' : 'Send (Enter)';
    send.dataset.busy = busy;
    send.disabled = !busy && !input.value.trim();
    mode.textContent = `Mode: ${settings().contextMode || 'default'}`;
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight, innerHeight * 0.4)}px`;
  };
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    if (isRunning(current())) stop(current());
    else submit(settle);
  });
  input.addEventListener('input', () => {
    drafts.set(current().id, input.value);
    settle();
  });
  input.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || e.shiftKey || e.isComposing) return;
    e.preventDefault();
    if (!isRunning(current())) submit(settle);
  });
  input.addEventListener('paste', (e) => paste(e, settle));
  addEventListener('keydown', (e) => {
    if (e.key === 'Escape' && !find('dialog[open]') && shownPlace() === 'chat') stop(current());
  });
  onChat(settle);
  onSettings(settle);
  onConversations('open', () => {
    input.value = drafts.get(current().id) ?? '';
    settle();
  });
  settle();
  if (matchMedia('(hover: hover)').matches) input.focus(); // elsewhere this would open a keyboard over the page
}

function submit(settle) {
  const text = input.value.trim();
  if (!text) return;
  const conversation = current();
  ask(conversation, path(conversation).at(-1) ?? null, text);
  input.value = '';
  drafts.delete(conversation.id);
  settle();
}

function paste(e, settle) {
  if (e.clipboardData.files.length) {
    e.preventDefault();
    addFiles(e.clipboardData.files);
    return;
  }
  const text = e.clipboardData.getData('text/plain');
  if (text.length < LONG_PASTE) return;
  e.preventDefault();
  const document = addText(text, pasteTitle(text));
  toast('The pasted text became a document.', {
    label: 'Put it in the question',
    run: () => {
      useDocument(document.id, document.title, false);
      remove(document).catch(() => {});
      input.setRangeText(text, input.selectionStart, input.selectionEnd, 'end');
      input.focus();
      settle();
    },
  });
}

function pasteTitle(text) {
  const line = text.trim().split('\n')[0].replace(/[#*_]+/g, '').trim();
  return line.length > 3 ? `Pasted: ${line.slice(0, 40).trim()}` : 'Pasted text';
}
