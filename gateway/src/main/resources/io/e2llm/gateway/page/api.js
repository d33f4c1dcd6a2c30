// Calls of the gateway's HTTP API.
import { ApiError } from './errors.js';
import { apiKey } from './settings.js';
import { eventsOf } from './sse.js';

export function headers(more = {}) {
  return apiKey() ? { Authorization: `Bearer ${apiKey()}`, ...more } : more;
}

export const documentUrl = (id, rest = '') => `/v1/documents/${encodeURIComponent(id)}${rest}`;

async function call(url, options = {}) {
  let response;
  try {
    response = await fetch(url, { ...options, headers: headers(options.headers) });
  } catch (failure) {
    throw ApiError.ofNetwork(failure);
  }
  if (!response.ok) throw ApiError.of(response.status, await response.text(), response.headers.get('Retry-After'));
  return response;
}

const json = async (url, options) => (await call(url, options)).json();

export const getStatus = (signal) => json('/v1/status', { signal });

export async function listDocuments(after = '') {
  return json(`/v1/documents?limit=100${after ? `&after=${encodeURIComponent(after)}` : ''}`);
}

export const deleteDocument = (id) => json(documentUrl(id), { method: 'DELETE' });

export function patchDocument(id, changes) {
  return json(documentUrl(id), {
    method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(changes),
  });
}

// Code points begin to end of a document's text.
export async function documentText(id, begin, end) {
  return (await call(documentUrl(id, `/text?begin=${begin}&end=${end}`))).text();
}

export const documentChunks = async (id) => (await json(documentUrl(id, '/chunks'))).data;

// Streams one answer: yields the chunks of /v1/chat/completions. Throws ApiError, or AbortError once stopped.
export async function* chat(body, signal) {
  const response = await call('/v1/chat/completions', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
    body: JSON.stringify({ model: 'default', ...body, stream: true, stream_options: { include_usage: true, include_progress: true } }),
    signal,
  });
  try {
    for await (const { data } of eventsOf(response)) {
      if (data === '[DONE]') return;
      const chunk = JSON.parse(data);
      if (chunk.error) throw new ApiError(0, chunk.error);
      yield chunk;
    }
  } catch (failure) {
    throw ApiError.ofNetwork(failure, 'cut_off');
  }
  throw new ApiError(0, { code: 'cut_off' });
}
