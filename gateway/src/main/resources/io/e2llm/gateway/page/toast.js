// Short news at the edge of the page, with an action that undoes or helps.
import { element, find } from './dom.js';
import { icon } from './icons.js';

export function toast(text, action = null, seconds = 8) {
  const close = () => box.remove();
  const box = element('div', { class: 'toast' },
    element('span', {}, text),
    action && element('button', { type: 'button', class: 'button text', onclick: () => { close(); action.run(); } }, action.label),
    element('button', { type: 'button', class: 'icon-button small', 'aria-label': 'Dismiss', onclick: close }, icon('close')));
  const all = find('#toasts');
  all.append(box);
  while (all.children.length > 3) all.firstChild.remove();
  setTimeout(close, seconds * 1000);
}
