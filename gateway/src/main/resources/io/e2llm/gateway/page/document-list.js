// The column of documents: which are stored, and which this conversation uses.
import { announce } from './announce.js';
import { confirm } from './confirm.js';
import { current, onConversations, useDocument } from './conversations.js';
import { element, find, throttled } from './dom.js';
import { documentOf, documents, hasMore, isLoaded, onDocuments, pin, refresh, remove, retry, isKept } from './documents.js';
import { chooseFiles } from './drop.js';
import { describe } from './errors.js';
import { bytes, count, counted, largestUnit } from './format.js';
import { icon } from './icons.js';
import { close, drawerClose } from './layout.js';
import { openPassage } from './passage.js';
import { apiKey } from './settings.js';
import { toast } from './toast.js';

const rows = new Map(); // document id -> { looks, node }: a row is made anew only when it looks different
let failure = null;
let redraw = () => {};

export function startDocumentList() {
  const list = element('ul', { class: 'document-list' });
  const note = element('div', { class: 'document-note' });
  find('#documents').append(
    element('div', { class: 'column-head' }, element('h2', {}, 'Documents'), drawerClose('Close documents')),
    element('button', { type: 'button', class: 'button wide', onclick: chooseFiles }, icon('add'), 'Add documents'),
    list, note);
  const draw = throttled(() => drawList(list, note), 80);
  onDocuments(draw);
  onConversations('open', draw);
  onConversations('context', draw);
  redraw = draw;
  addEventListener('online', reloadDocuments);
  reloadDocuments();
}

export const reloadDocuments = () => load();

async function load(next = false) {
  try {
    failure = null;
    await refresh(next);
  } catch (error) {
    failure = error;
    redraw();
  }
}

function drawList(list, note) {
  const active = document.activeElement?.dataset.key;
  const all = documents();
  const gone = isLoaded() && !hasMore() ? current().documents.filter((d) => !documentOf(d.id)) : [];
  const nodes = [...gone.map(goneRow), ...all.map(row)];
  const same = list.children.length === nodes.length && nodes.every((node, i) => node === list.children[i]);
  if (!same) list.replaceChildren(...nodes);
  if (active && document.activeElement === document.body) find(`[data-key="${CSS.escape(active)}"]`, list)?.focus();
  note.replaceChildren();
  if (failure) {
    const { title, advice } = describe(failure, Boolean(apiKey()));
    note.append(element('p', { class: 'list-empty' }, `${title}. ${advice}`),
      element('button', { type: 'button', class: 'button', onclick: reloadDocuments }, 'Try again'));
  } else if (isLoaded() && !all.length && !gone.length) {
    note.append(element('p', { class: 'list-empty' },
      'Documents stay at the gateway after you leave, so that a later conversation can use them without encoding them again.'));
  } else if (hasMore()) {
    note.append(element('button', { type: 'button', class: 'button wide', onclick: () => load(true) }, 'Show more'));
  }
}

function row(document) {
  const used = current().documents.some((d) => d.id === document.id);
  const { upload, ...plain } = document;
  const looks = JSON.stringify([plain, used, Boolean(upload), storage(document)]);
  if (rows.get(document.id)?.looks !== looks) rows.set(document.id, { looks, node: newRow(document, used) });
  else if (upload) showProgress(rows.get(document.id).node, document);
  return rows.get(document.id).node;
}

function showProgress(node, document) {
  const shown = find('.document-progress', node);
  if (shown) shown.replaceWith(state(document));
}

function newRow(document, used) {
  const box = element('input', {
    type: 'checkbox', id: `use-${document.id}`, checked: used, 'data-key': `use-${document.id}`,
    disabled: document.state === 'failed',
    onchange: (e) => {
      useDocument(document.id, document.title, e.target.checked);
      announce(e.target.checked ? `${document.title} is used in this conversation.` : `${document.title} is not used.`);
    },
  });
  return element('li', { class: 'document', 'data-state': document.state },
    box,
    element('div', { class: 'document-main' },
      element('label', { for: `use-${document.id}`, class: 'document-title', title: document.title }, document.title),
      state(document)),
    element('div', { class: 'document-foot' }, element('p', { class: 'document-meta' }, isKept(document) ? storage(document) : ''), element('div', { class: 'row-tools' },
      isKept(document) && tool('read', `Read ${document.title}`, document, () => {
        close();
        openPassage({ document: document.id, title: document.title, begin: 0, end: 0 });
      }),
      isKept(document) && tool('pin', `${document.pinned ? 'Unpin' : 'Pin'} ${document.title}`, document, () => attempt(pin(document, !document.pinned)),
        { 'aria-pressed': String(document.pinned), title: document.pinned ? 'Pinned: kept until removed' : 'Pin: keep until removed' }),
      document.upload && document.state === 'encoding'
        ? tool('close', `Cancel ${document.title}`, document, () => drop(document))
        : tool('remove', `Remove ${document.title}`, document, () => drop(document)))));
}

// Its size, and how long the gateway keeps it.
function storage(document) {
  const left = (document.expires_at ?? 0) - Date.now() / 1000;
  const kept = document.pinned ? ' · pinned' : document.expires_at ? ` · expires in ${largestUnit(Math.max(0, left))}` : '';
  return bytes(document.bytes) + kept;
}

function state(document) {
  const { upload } = document;
  if (document.state === 'failed') {
    const { title, advice } = describe(document.error ?? {}, Boolean(apiKey()));
    return element('div', { class: 'document-error' }, element('p', {}, element('strong', {}, `${title}.`), ` ${advice}`),
      upload && document.media_type && element('button', { type: 'button', class: 'button text', onclick: () => retry(document) }, 'Try again'));
  }
  if (document.state === 'encoding') {
    const words = !upload ? 'Encoding'
      : upload.stage === 'sending' ? `Sending ${Math.round(100 * (upload.fraction ?? 0))}%`
        : upload.stage === 'encoding' ? `Encoding ${count(upload.done)} of ${counted(upload.total, 'chunk')}` : 'Reading the text';
    const bar = { 'aria-label': `${document.title}: ${words}`, max: 1 };
    if (upload?.fraction != null) bar.value = upload.fraction;
    return element('div', { class: 'document-progress' }, element('p', { class: 'document-meta' }, words), element('progress', bar));
  }
  return element('p', { class: 'document-meta' }, `${counted(document.tokens, 'token')} · ${counted(document.chunks, 'chunk')}`);
}

function goneRow({ id, title }) {
  return element('li', { class: 'document', 'data-state': 'gone' }, icon('warning'),
    element('div', { class: 'document-main' }, element('p', { class: 'document-title' }, title),
      element('p', { class: 'document-error' }, 'Not stored any more. Take it out, or add the file again.')),
    element('div', { class: 'row-tools' }, tool('close', `Take ${title} out of this conversation`, { id }, () => useDocument(id, title, false))));
}

const tool = (name, label, document, onclick, more = {}) => element('button', {
  type: 'button', class: 'icon-button small', 'aria-label': label, title: label.split(' ')[0], 'data-key': `${name}-${document.id}`, onclick, ...more,
}, icon(name));

async function drop(document) {
  const stored = !document.upload;
  if (stored && !(await confirm('Remove this document?', `“${document.title}” will be deleted from the gateway. Conversations keep their answers.`, 'Remove'))) return;
  useDocument(document.id, document.title, false);
  attempt(remove(document));
}

async function attempt(work) {
  try {
    await work;
  } catch (error) {
    const { title, advice } = describe(error, Boolean(apiKey()));
    toast(`${title}. ${advice}`);
  }
}
