// Asks before something that cannot be undone; resolves with yes or no.
import { element, find } from './dom.js';

export function confirm(title, text, label) {
  const dialog = find('#confirm');
  return new Promise((resolve) => {
    let answer = false;
    const yes = element('button', { type: 'button', class: 'button danger', onclick: () => { answer = true; dialog.close(); } }, label);
    const no = element('button', { type: 'button', class: 'button', autofocus: true, onclick: () => dialog.close() }, 'Keep');
    dialog.replaceChildren(
      element('h2', { id: 'confirm-title' }, title), element('p', {}, text), element('div', { class: 'dialog-actions' }, no, yes));
    dialog.addEventListener('close', () => resolve(answer), { once: true });
    dialog.showModal();
  });
}
