// Sends one file with progress: XMLHttpRequest, as fetch does not tell how much of a body has gone.
import { documentUrl, headers } from './api.js';
import { ApiError } from './errors.js';
import { EventParser } from './sse.js';

const TYPES = {
  txt: 'text/plain', text: 'text/plain', log: 'text/plain', csv: 'text/plain',
  md: 'text/markdown', markdown: 'text/markdown',
};
export const ACCEPTED = Object.keys(TYPES).map((extension) => `.${extension}`).join(',');

// The media type a file is sent as, or null when the gateway cannot read it.
export function mediaType(file) {
  const extension = file.name.includes('.') ? file.name.split('.').pop().toLowerCase() : '';
  if (TYPES[extension]) return TYPES[extension];
  return /^text\/|\/(json|xml|javascript)$/.test(file.type) || !extension ? 'text/plain' : null;
}

// A document id out of a file's name: readable, within the contract's alphabet, and its own.
export function documentId(name) {
  const plain = name.normalize('NFKD').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '').slice(0, 80);
  const suffix = crypto.getRandomValues(new Uint32Array(1))[0].toString(36).padStart(7, '0');
  return `${plain || 'document'}-${suffix}`;
}

// Uploads and resolves with the document. `onProgress` gets { stage, fraction, done, total }.
export function upload(id, file, { title, ttl, signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const query = new URLSearchParams({ title });
    if (ttl) query.set('ttl', ttl);
    const request = new XMLHttpRequest();
    request.open('PUT', documentUrl(id, `?${query}`));
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.setRequestHeader('Content-Type', mediaType(file));
    request.setRequestHeader('Accept', 'text/event-stream');
    const parser = new EventParser();
    let read = 0;
    let answer = null;
    const take = () => {
      if (request.status >= 400) return;
      const news = parser.push(request.responseText.slice(read));
      read = request.responseText.length;
      for (const { event, data } of news) {
        const value = JSON.parse(data);
        if (event === 'progress') onProgress(progressOf(value, file.size));
        else answer = { event, value };
      }
    };
    request.upload.onprogress = (e) => onProgress({ stage: 'sending', fraction: e.total ? e.loaded / e.total : 0 });
    request.upload.onload = () => onProgress({ stage: 'extracting', fraction: null });
    request.onprogress = take;
    request.onload = () => {
      take();
      if (request.status >= 400) reject(ApiError.of(request.status, request.responseText, request.getResponseHeader('Retry-After')));
      else if (answer?.event === 'document') resolve(answer.value);
      else reject(new ApiError(0, answer?.value.error ?? { code: 'cut_off' }));
    };
    request.onerror = () => reject(ApiError.ofNetwork(new TypeError('network')));
    request.onabort = () => reject(new DOMException('stopped', 'AbortError'));
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

function progressOf({ stage, bytes, chunks_done: done, chunks_total: total, chunks_cached: cached }, size) {
  if (stage === 'receiving') return { stage: 'sending', fraction: size ? bytes / size : 0 };
  if (stage !== 'encoding' || !total) return { stage: 'extracting', fraction: null };
  return { stage: 'encoding', fraction: done / total, done, total, cached: cached ?? 0 };
}
