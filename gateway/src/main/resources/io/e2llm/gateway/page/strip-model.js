// What the strip shows: one cell for each chunk of the context, in the order of the documents.
export const PENDING = 0;
export const ENCODED = 1;
export const CACHED = 2;

// Before a question: each document's chunks as far as they are encoded.
export function ofDocuments(documents) {
  const known = documents.filter((d) => chunksOf(d) > 0);
  const total = sum(known, chunksOf);
  if (!total) return null;
  const cells = new Uint8Array(total);
  const starts = [];
  let at = 0;
  for (const document of known) {
    starts.push(at);
    const { done, cached } = document.upload ?? { done: document.chunks, cached: 0 };
    cells.fill(CACHED, at, at + cached).fill(ENCODED, at + cached, at + done);
    at += chunksOf(document);
  }
  const tokens = known.every((d) => d.state === 'ready') ? sum(known, (d) => d.tokens) : null;
  return model(cells, new Uint8Array(total), starts, known, { tokens, soft: 0 });
}

// While an answer waits for its context, and after it: counts are known, which chunks were cached is not, so these come first.
export function ofAnswer(answer, documents, ranges) {
  const { progress, usage } = answer;
  const total = progress ? progress.chunks_total : usage.chunks;
  if (!total) return null;
  const cells = new Uint8Array(total);
  const cached = progress ? progress.chunks_cached : usage.cached_chunks;
  const done = progress ? progress.chunks_done : usage.chunks;
  cells.fill(CACHED, 0, cached).fill(ENCODED, cached, Math.max(cached, done));
  const chunks = documents.map((d) => d?.chunks ?? 0);
  const same = sum(chunks, (n) => n) === total && chunks.every(Boolean);
  const starts = same ? chunks.map((_, i) => sum(chunks.slice(0, i), (n) => n)) : [];
  const verbatim = new Uint8Array(total);
  for (const citation of progress ? [] : answer.citations ?? []) {
    for (const chunk of chunksWithin(citation, documents, ranges, starts, total)) verbatim[chunk] = 1;
  }
  const figures = usage ? { tokens: usage.context_tokens, soft: usage.soft_tokens, mode: answer.mode } : { tokens: null, soft: 0 };
  return model(cells, verbatim, starts, documents, figures);
}

// The cells a citation covers: exact where the chunks' ranges are known, else by its place in the text.
function* chunksWithin({ document, begin, end }, documents, ranges, starts, total) {
  const at = documents.findIndex((d) => d?.id === document);
  if (at < 0) return;
  if (starts.length && ranges[at]?.length) {
    const middle = (begin + end) / 2;
    for (let i = 0; i < ranges[at].length; i++) {
      const [from, to] = ranges[at][i];
      if ((from >= begin && to <= end) || (from <= middle && middle < to)) yield starts[at] + i;
    }
    return;
  }
  const all = sum(documents, (d) => d?.characters ?? 0);
  const before = sum(documents.slice(0, at), (d) => d?.characters ?? 0);
  if (all) yield Math.min(total - 1, Math.floor((total * (before + begin)) / all));
}

function model(cells, verbatim, starts, documents, figures) {
  const counts = { pending: 0, encoded: 0, cached: 0, verbatim: 0 };
  const names = ['pending', 'encoded', 'cached'];
  for (let i = 0; i < cells.length; i++) {
    counts[names[cells[i]]]++;
    counts.verbatim += verbatim[i];
  }
  return { cells, verbatim, starts, documents, counts, total: cells.length, mode: null, ...figures };
}

const chunksOf = (d) => (d.upload ? d.upload.total ?? 0 : d.state === 'ready' ? d.chunks : 0);
const sum = (list, of) => list.reduce((total, item) => total + (of(item) || 0), 0);
