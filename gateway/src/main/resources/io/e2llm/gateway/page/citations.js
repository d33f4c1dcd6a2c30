// The passages that stood verbatim before the model, listed below its answer.
import { documentText } from './api.js';
import { save } from './conversations.js';
import { documentOf } from './documents.js';
import { element } from './dom.js';
import { count, counted } from './format.js';
import { openPassage } from './passage.js';

const EXCERPT = 160; // code points
const SHOWN = 3; // passages shown at first
const lists = new WeakMap(); // answer -> the list that shows its passages at present

export function citationList(conversation, message) {
  const list = element('ol', { class: 'citation-list' });
  fill(list, message);
  if (!lists.has(message)) fillExcerpts(conversation, message);
  lists.set(message, list);
  return element('section', { class: 'citations', 'aria-label': 'Passages read word for word' },
    element('h3', {}, `${counted(message.citations.length, 'passage')} read word for word`), list);
}

function fill(list, message, all = list.dataset.all) {
  const { citations } = message;
  const shown = all || citations.length <= SHOWN + 1 ? citations : citations.slice(0, SHOWN);
  list.replaceChildren(...shown.map((citation, i) => item(message, citation, i)));
  if (shown.length === citations.length) return;
  const more = () => {
    list.dataset.all = true;
    fill(list, message);
    list.children[SHOWN].firstChild.focus();
  };
  list.append(element('li', {}, element('button', { type: 'button', class: 'citation-more', onclick: more }, `Show all ${count(citations.length)}`)));
}

function titleOf(message, id) {
  return documentOf(id)?.title ?? message.documents?.find((d) => d.id === id)?.title ?? id;
}

function item(message, citation, i) {
  const title = titleOf(message, citation.document);
  return element('li', {}, element('button', {
    type: 'button', class: 'citation', 'aria-haspopup': 'dialog',
    onclick: () => openPassage({ ...citation, title }, message.citations.map((c) => ({ ...c, title: titleOf(message, c.document) })), i),
  },
  element('span', { class: 'citation-number', 'aria-hidden': 'true' }, String(i + 1)),
  element('span', { class: 'citation-main' },
    element('span', { class: 'citation-excerpt' }, citation.excerpt ? `${citation.begin > 0 ? '…' : ''}${citation.excerpt}…` : `Characters ${count(citation.begin)} to ${count(citation.end)}`),
    element('span', { class: 'citation-source' }, `${title}, from character ${count(citation.begin)}`,
      citation.relevance > 0 && element('span', { title: 'Cosine of the passage and the question' }, ` · relevance ${citation.relevance.toFixed(2)}`)))));
}

// The first words of each passage, kept with the answer.
async function fillExcerpts(conversation, message) {
  const missing = message.citations.filter((c) => !c.excerpt).slice(0, 24);
  if (!missing.length) return;
  await Promise.all(missing.map(async (citation) => {
    try {
      const text = await documentText(citation.document, citation.begin, Math.min(citation.end, citation.begin + EXCERPT));
      citation.excerpt = text.replace(/\s+/g, ' ').trim();
    } catch {
      // The document is gone or out of reach: the list then shows where the passage stood.
    }
  }));
  fill(lists.get(message), message);
  save(conversation);
}
