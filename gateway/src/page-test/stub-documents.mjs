// Documents of the stub: kept in memory, encoded in simulated time.
import { body, errorBody, pause, sendError } from './stub.mjs';
import { report } from './stub-texts.mjs';

const CHUNK = 512;
const READABLE = /^(text\/|application\/(pdf|vnd\.openxmlformats-officedocument\.wordprocessingml\.document))/;

export class Documents {
  #all = new Map();

  constructor(delay) {
    this.delay = delay;
  }

  seed() {
    const hour = 3600;
    this.#add('handbook-1', 'Operations handbook, third edition.pdf', 'application/pdf', report('handbook', 150), { age: 5 * hour, pinned: true });
    this.#add('minutes-2', 'Minutes of the planning meeting, 14 March.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', report('minutes', 18), { age: 2 * hour });
    this.#add('archive-3', 'Correspondence archive 1998–2021.txt', 'text/plain', report('archive', 20_500), { age: hour });
  }

  #add(id, title, mediaType, text, { age = 0, pinned = false, ttl = 3600 } = {}) {
    const points = Array.from(text);
    const now = Math.floor(Date.now() / 1000) - age;
    const document = {
      id, title, media_type: mediaType, bytes: Buffer.byteLength(text), points, characters: points.length, tokens: Math.round(points.length / 4.3),
      chunks: Math.ceil(points.length / CHUNK), state: 'ready', error: null, pinned, created_at: now,
      expires_at: pinned ? null : Math.floor(Date.now() / 1000) + ttl,
    };
    this.#all.set(id, document);
    return document;
  }

  get(id) {
    return this.#all.get(id);
  }

  delete(id) {
    this.#all.delete(id);
  }

  view({ points, ...document }) {
    return { object: 'document', ...document };
  }

  page(limit, after) {
    const all = [...this.#all.values()].sort((a, b) => b.created_at - a.created_at);
    const from = after ? all.findIndex((d) => d.id === after) + 1 : 0;
    return { object: 'list', data: all.slice(from, from + limit).map((d) => this.view(d)), has_more: from + limit < all.length };
  }

  text({ points }, begin, end) {
    return points.slice(begin, end).join('');
  }

  ranges({ points }) {
    return Array.from({ length: Math.ceil(points.length / CHUNK) }, (_, i) => [i * CHUNK, Math.min(points.length, (i + 1) * CHUNK)]);
  }

  async put(state, request, response, id, query) {
    const mediaType = (request.headers['content-type'] ?? '').split(';')[0];
    const title = query.get('title') ?? id;
    if (!/^[A-Za-z0-9._-]{1,128}$/.test(id)) return sendError(response, 400, 'invalid_request', 'a document id has 1 to 128 of A-Za-z0-9._-');
    const bytes = await body(request);
    if (!READABLE.test(mediaType)) return sendError(response, 415, 'unsupported_media_type', `cannot read ${mediaType}`);
    if (bytes.length > 16_000_000 || title.includes('too large')) return sendError(response, 413, 'limit_exceeded', 'a document may have 16,000,000 code points');
    response.writeHead(this.#all.has(id) ? 200 : 201, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const tell = (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    tell('progress', { stage: 'receiving', bytes: bytes.length });
    await pause(this.delay * 2);
    tell('progress', { stage: 'extracting', bytes: bytes.length });
    await pause(this.delay * 10);
    const text = mediaType.startsWith('text/') ? bytes.toString('utf8') : report(title, 40);
    if (title.includes('scanned')) {
      tell('error', errorBody(400, 'empty_document', 'the file has no text'));
      return response.end();
    }
    const total = Math.ceil(Array.from(text).length / CHUNK);
    for (let done = 0; done < total && !response.destroyed; done += Math.max(1, Math.ceil(total / 40))) {
      tell('progress', { stage: 'encoding', bytes: bytes.length, chunks_done: done, chunks_total: total, chunks_cached: Math.min(done, Math.floor(total / 12)) });
      await pause(this.delay * 2);
    }
    if (response.destroyed) return undefined;
    state.chunks.encoded += total;
    const document = this.#add(id, title, mediaType, text, { pinned: query.get('pin') === 'true', ttl: Number(query.get('ttl')) || 3600 });
    tell('document', this.view(document));
    return response.end();
  }
}
