// An error with what to do about it and a button that does it.
import { element } from './dom.js';
import { describe } from './errors.js';
import { icon } from './icons.js';
import { openDocuments } from './layout.js';
import { go } from './router.js';
import { apiKey } from './settings.js';
import { openSettings } from './settings-dialog.js';

export function errorCard(error, again) {
  const { title, advice, action, detail } = describe(error, Boolean(apiKey()));
  const helps = {
    key: ['Enter the key', () => openSettings('api-key')],
    settings: ['Open settings', () => openSettings('context-mode')],
    status: ['See the status', () => go('#/status')],
    documents: ['See the documents', openDocuments],
    new: ['New conversation', () => go('#/')],
  }[action];
  const button = (label, run, kind = '') => element('button', { type: 'button', class: `button ${kind}`, onclick: run }, label);
  return element('div', { class: 'error-card', role: 'group', 'aria-label': 'Error' },
    icon('warning'),
    element('div', { class: 'error-text' },
      element('p', { class: 'error-title' }, title),
      element('p', {}, advice),
      detail && element('details', {}, element('summary', {}, 'What the gateway said'), element('p', { class: 'error-detail' }, detail)),
      element('div', { class: 'error-actions' }, helps && button(...helps), again && button('Try again', again))));
}
