// The documents stored at the gateway, and those on their way there.
import * as api from './api.js';
import { ApiError } from './errors.js';
import { settings } from './settings.js';
import { documentId, mediaType, upload } from './upload.js';

const events = new EventTarget();
const byId = new Map();
const chunkRanges = new Map();
let loaded = false;
let more = false;
let last = '';

export const documents = () => [...byId.values()].sort((a, b) => b.created_at - a.created_at);
export const documentOf = (id) => byId.get(id) ?? null;
// Whether its text can be asked about; one that is only stored is encoded with the first question.
export const isKept = (document) => document.state === 'ready' || document.state === 'stored';
export const isLoaded = () => loaded;
export const hasMore = () => more;

export function onDocuments(listener) {
  events.addEventListener('change', listener);
}

const tell = () => events.dispatchEvent(new Event('change'));

// Reads the list anew, or the next page of it. Uploads under way and those that failed here stay.
export async function refresh(next = false) {
  const stored = [...byId.values()].filter((d) => !d.upload);
  const page = await api.listDocuments(next ? last : '');
  last = page.data.at(-1)?.id ?? '';
  if (!next) for (const document of stored) byId.delete(document.id);
  for (const document of page.data) if (!byId.get(document.id)?.upload) byId.set(document.id, document);
  more = Boolean(page.has_more);
  loaded = true;
  tell();
  // What another page is uploading is looked at again until it is ready.
  if (page.data.some((d) => d.state === 'encoding' && !byId.get(d.id)?.upload)) setTimeout(() => refresh().catch(() => {}), 2000);
}

// Begins an upload and returns the document at once; its `upload` tells how far it is, or its `error` why not.
export function add(file, title = file.name) {
  const document = {
    id: documentId(title), title, media_type: mediaType(file), bytes: file.size, created_at: Date.now() / 1000,
    state: 'encoding', error: null, pinned: false, upload: { file, stage: 'sending', fraction: 0 },
  };
  byId.set(document.id, document);
  send(document);
  return document;
}

export function retry(document) {
  const again = { ...document, state: 'encoding', error: null, upload: { file: document.upload.file, stage: 'sending', fraction: 0 } };
  byId.set(document.id, again);
  send(again);
}

async function send(document) {
  const stop = new AbortController();
  document.upload.stop = () => stop.abort();
  tell();
  try {
    if (!document.media_type) throw new ApiError(415, {});
    const stored = await upload(document.id, document.upload.file, {
      title: document.title,
      ttl: settings().keepFor,
      signal: stop.signal,
      onProgress: (progress) => {
        Object.assign(document.upload, progress);
        tell();
      },
    });
    byId.set(stored.id, stored);
  } catch (failure) {
    if (failure.name === 'AbortError') {
      byId.delete(document.id);
      api.deleteDocument(document.id).catch(() => {});
    } else {
      document.state = 'failed';
      document.error = failure;
    }
  }
  tell();
}

export async function remove(document) {
  if (document.upload?.stop && document.state === 'encoding') {
    document.upload.stop();
    return;
  }
  if (!document.upload) await api.deleteDocument(document.id);
  byId.delete(document.id);
  chunkRanges.delete(document.id);
  tell();
}

export async function pin(document, pinned) {
  byId.set(document.id, await api.patchDocument(document.id, { pinned }));
  tell();
}

// Code point ranges of a document's chunks, asked for once.
export function rangesOf(id) {
  if (!chunkRanges.has(id)) {
    const asked = api.documentChunks(id);
    asked.catch(() => chunkRanges.delete(id));
    chunkRanges.set(id, asked);
  }
  return chunkRanges.get(id);
}

// Resolves once none of these is on its way; throws AbortError when stopped, and the error of one that failed.
export function whenReady(ids, signal) {
  return new Promise((resolve, reject) => {
    const check = () => {
      const wanted = ids.map((id) => byId.get(id)).filter((d) => d?.upload);
      const failed = wanted.find((d) => d.state === 'failed');
      if (signal.aborted) reject(new DOMException('stopped', 'AbortError'));
      else if (failed) reject(failed.error);
      else if (wanted.length) return;
      else resolve();
      events.removeEventListener('change', check);
    };
    events.addEventListener('change', check);
    signal.addEventListener('abort', check);
    check();
  });
}
