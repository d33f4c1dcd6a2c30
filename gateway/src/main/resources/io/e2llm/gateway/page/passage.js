// A passage in its document, with the text around it. All positions are code points.
import { documentText } from './api.js';
import { documentOf } from './documents.js';
import { element, find } from './dom.js';
import { describe } from './errors.js';
import { count } from './format.js';
import { icon } from './icons.js';
import { apiKey } from './settings.js';

const AROUND = 700;
const STEP = 2000;

// Shows `passage` = { document, title, begin, end }; `all` are the passages to step through, `at` this one's place.
export function openPassage(passage, all = [], at = 0) {
  const dialog = find('#passage');
  const body = element('div', { class: 'passage-body', tabindex: 0, role: 'region', 'aria-label': 'Text' });
  const step = (by, name, label) => element('button', {
    type: 'button', class: 'icon-button', 'aria-label': label, title: label, disabled: !all[at + by], onclick: () => openPassage(all[at + by], all, at + by),
  }, icon(name));
  const where = passage.end > passage.begin ? `Characters ${count(passage.begin)} to ${count(passage.end)}` : 'From the beginning';
  const total = documentOf(passage.document)?.characters;
  dialog.replaceChildren(
    element('header', { class: 'sheet-head' },
      element('div', { class: 'sheet-title' },
        element('h2', { id: 'passage-title' }, passage.title),
        element('p', { class: 'meta' }, total ? `${where} of ${count(total)}` : where)),
      all.length > 1 && element('span', { class: 'versions' }, step(-1, 'back', 'Passage before'), `${at + 1} of ${all.length}`, step(1, 'forward', 'Passage after')),
      element('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', title: 'Close', onclick: () => dialog.close() }, icon('close'))),
    body);
  if (!dialog.open) dialog.showModal();
  dialog.onclick = (e) => e.target === dialog && dialog.close();
  new Reader(body, passage).start();
}

class Reader {
  constructor(body, { document, begin, end, excerpt }) {
    Object.assign(this, { body, document, begin, end, excerpt });
    this.from = Math.max(0, begin - AROUND);
    this.to = end > begin ? end + AROUND : begin + STEP;
    this.text = element('div', { class: 'passage-text' });
    this.earlier = this.button('Show earlier text', () => this.grow(true));
    this.later = this.button('Show more text', () => this.grow(false));
  }

  button(label, onclick) {
    return element('button', { type: 'button', class: 'button', hidden: true, onclick }, label);
  }

  async start() {
    this.body.replaceChildren(element('p', { class: 'waiting' }, 'Fetching the text'));
    try {
      const points = Array.from(await documentText(this.document, this.from, this.to));
      const cut = (begin, end) => points.slice(begin - this.from, end - this.from).join('');
      const mark = element('mark', { id: 'cited' }, cut(this.begin, this.end));
      this.text.replaceChildren(cut(this.from, this.begin), this.end > this.begin ? mark : '', cut(Math.max(this.begin, this.end), this.to));
      this.body.replaceChildren(this.earlier, this.text, this.later);
      this.settle(points.length < this.to - this.from);
      mark.scrollIntoView({ block: 'center' });
    } catch (error) {
      const { title, advice } = describe(error, Boolean(apiKey()));
      this.body.replaceChildren(element('p', { class: 'note' }, icon('warning'), element('span', {}, `${title}. ${advice}`)));
      if (this.excerpt) this.body.append(element('div', { class: 'passage-text' }, element('mark', {}, `${this.excerpt}…`)));
    }
  }

  async grow(earlier) {
    const [begin, end] = earlier ? [Math.max(0, this.from - STEP), this.from] : [this.to, this.to + STEP];
    const text = await documentText(this.document, begin, end).catch(() => null);
    if (text === null) return;
    const height = this.body.scrollHeight;
    if (earlier) {
      this.from = begin;
      this.text.prepend(text);
      this.body.scrollTop += this.body.scrollHeight - height;
    } else {
      this.to = end;
      this.text.append(text);
    }
    this.settle(!earlier && Array.from(text).length < end - begin);
  }

  settle(atEnd) {
    this.earlier.hidden = this.from === 0;
    if (atEnd) this.ended = true;
    this.later.hidden = Boolean(this.ended);
  }
}
