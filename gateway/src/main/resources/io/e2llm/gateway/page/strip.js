// The strip above a conversation: its context as cells, and how many tokens became how many soft tokens.
import { onChat } from './chat.js';
import { path } from './conversation.js';
import { current, onConversations } from './conversations.js';
import { element, find, throttled } from './dom.js';
import { documentOf, onDocuments, rangesOf } from './documents.js';
import { count, counted } from './format.js';
import { openPassage } from './passage.js';
import { cellAt, drawCells } from './strip-canvas.js';
import { ofAnswer, ofDocuments } from './strip-model.js';
import { onColours } from './theme.js';

const LEGEND = [['cached', 'cached'], ['encoded', 'encoded'], ['pending', 'pending'], ['verbatim', 'verbatim']];
let shown = null; // the model that is drawn
let layout = null;
let drawn = 0;

export function startStrip() {
  const canvas = element('canvas', { class: 'strip-canvas', role: 'img' });
  const figures = element('p', { class: 'strip-figures' });
  const legend = element('ul', { class: 'strip-legend' });
  const hint = element('p', { class: 'strip-hint', 'aria-hidden': 'true' });
  find('#strip').append(element('div', { class: 'strip-inner' },
    element('div', { class: 'strip-head' }, figures, legend), canvas, hint));
  const paint = () => {
    if (shown) layout = drawCells(canvas, shown.cells, shown.verbatim, shown.starts);
  };
  const draw = throttled(async () => {
    const turn = ++drawn;
    const model = await modelNow();
    if (turn !== drawn) return;
    shown = model;
    find('#strip').hidden = !model;
    if (!model) return;
    figures.replaceChildren(...words(model));
    legend.replaceChildren(...LEGEND.filter(([kind]) => model.counts[kind]).map(([kind, word]) => element('li', { 'data-kind': kind }, `${count(model.counts[kind])} ${word}`)));
    paint();
    canvas.setAttribute('aria-label', inWords(model, layout));
    hint.textContent = layout.each > 1 ? `Each cell stands for ${counted(layout.each, 'chunk')}` : '';
  }, 100);
  for (const type of ['open', 'context']) onConversations(type, draw);
  onDocuments(draw);
  onChat(({ conversation }) => conversation === current() && draw());
  onColours(paint);
  new ResizeObserver(() => paint()).observe(canvas);
  canvas.addEventListener('pointermove', (e) => {
    const cell = layout && cellAt(layout, e.offsetX);
    canvas.title = cell === null || !shown ? '' : describeCell(cell);
  });
  canvas.addEventListener('click', (e) => {
    const cell = layout && cellAt(layout, e.offsetX);
    if (cell !== null && shown) readCell(cell.first);
  });
}

// The last answer's context if the documents are still the same, else the documents as they are.
async function modelNow() {
  const conversation = current();
  const answer = path(conversation).findLast((m) => m.role === 'assistant');
  const ids = (list) => list.map((d) => d.id).join(' ');
  if (answer && ids(answer.documents) === ids(conversation.documents) && (answer.progress || answer.usage?.chunks)) {
    const ranges = answer.citations?.length ? await Promise.all(answer.documents.map((d) => rangesOf(d.id).catch(() => []))) : [];
    return ofAnswer(answer, answer.documents.map((d) => documentOf(d.id)), ranges);
  }
  return ofDocuments(conversation.documents.map((d) => documentOf(d.id)).filter(Boolean));
}

// "6,412 tokens → 801 soft tokens", as far as it is known.
function words({ tokens, soft, total, counts, mode }) {
  const strong = (text) => element('strong', {}, text);
  if (tokens === null) return [strong(counted(total, 'chunk'))];
  const before = strong(counted(tokens, 'token'));
  if (soft > 0) return [before, ' → ', strong(counted(soft, 'soft token'))];
  if (mode === 'text') return [before, ' read as text'];
  if (counts.verbatim) return [before, ' → ', strong(counted(counts.verbatim, 'chunk')), ' read as text'];
  return [before, ` in ${counted(total, 'chunk')}`];
}

function inWords(model, { each }) {
  const figures = words(model).map((w) => (typeof w === 'string' ? w.replace('→', 'became') : w.textContent)).join('');
  const parts = LEGEND.filter(([kind]) => model.counts[kind]).map(([kind, word]) => `${count(model.counts[kind])} ${word}`);
  return `Context: ${figures}. ${counted(model.total, 'chunk')}: ${parts.join(', ')}.${each > 1 ? ` Each cell stands for ${count(each)} chunks.` : ''}`;
}

function describeCell({ first, last }) {
  const place = placeOf(first);
  const which = last > first ? `Chunks ${count(first + 1)} to ${count(last + 1)}` : `Chunk ${count(first + 1)}`;
  return place ? `${which} · ${place.document.title}` : which;
}

// Which document a chunk belongs to, and which of its chunks it is.
function placeOf(chunk) {
  if (!shown.starts.length) return null;
  const at = shown.starts.findLastIndex((start) => start <= chunk);
  const document = shown.documents[at];
  return document ? { document, index: chunk - shown.starts[at] } : null;
}

async function readCell(chunk) {
  const place = placeOf(chunk);
  if (!place || place.document.state !== 'ready') return;
  const range = (await rangesOf(place.document.id).catch(() => []))[place.index];
  if (range) openPassage({ document: place.document.id, title: place.document.title, begin: range[0], end: range[1] });
}
