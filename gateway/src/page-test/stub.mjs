// A stand-in for the gateway: the page and a simulation of its HTTP API, for development and for the tests.
//   node stub.mjs [--port 8080] [--key KEY] [--delay 30] [--seed]
// --delay: milliseconds between tokens; --seed: begin with some documents.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { answer } from './stub-answers.mjs';
import { Documents } from './stub-documents.mjs';
import { sendFile } from './stub-files.mjs';

export const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
  + "base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

export function startStub({ port = 0, key = null, delay = 30, seed = false } = {}) {
  const state = {
    delay, key, documents: new Documents(delay), running: 0, started: Date.now(), tierDown: false,
    chunks: { encoded: 0, cached: 0 }, tokens: { prompt: 0, soft: 0, generated: 0 },
  };
  if (seed) state.documents.seed();
  const server = createServer((request, response) => {
    serve(state, request, response).catch((failure) => {
      if (!response.headersSent) sendError(response, 500, 'internal', String(failure.stack));
      else response.destroy();
    });
  });
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve({
      url: `http://127.0.0.1:${server.address().port}`,
      state,
      close: () => new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
    }));
  });
}

export const TYPES = {
  400: 'invalid_request_error', 401: 'authentication_error', 404: 'not_found_error', 413: 'invalid_request_error',
  415: 'invalid_request_error', 429: 'rate_limit_error', 500: 'server_error', 503: 'service_unavailable',
};

export const errorBody = (status, code, message) => ({ error: { message, type: TYPES[status] ?? 'server_error', param: null, code } });

export function sendError(response, status, code, message, headers = {}) {
  sendJson(response, status, errorBody(status, code, message), headers);
}

function sendJson(response, status, value, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

export const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

export async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

async function serve(state, request, response) {
  const url = new URL(request.url, 'http://stub');
  if (!url.pathname.startsWith('/v1/')) {
    await sendFile(url.pathname, response, CSP);
    return;
  }
  if (state.key && request.headers.authorization !== `Bearer ${state.key}`) {
    request.resume();
    sendError(response, 401, 'invalid_api_key', 'a valid API key is wanted in the header Authorization');
    return;
  }
  const [, , kind, id, rest] = url.pathname.split('/').map(decodeURIComponent);
  if (kind === 'status') sendJson(response, 200, status(state));
  else if (kind === 'models') sendJson(response, 200, models());
  else if (kind === 'chat' && request.method === 'POST') await answer(state, request, response);
  else if (kind === 'documents') await documents(state, request, response, url, id, rest);
  else sendError(response, 404, 'not_found', `no ${url.pathname} here`);
}

async function documents(state, request, response, url, id, rest) {
  const store = state.documents;
  if (!id) {
    sendJson(response, 200, store.page(Number(url.searchParams.get('limit') ?? 100), url.searchParams.get('after')));
    return;
  }
  if (request.method === 'PUT') {
    await store.put(state, request, response, id, url.searchParams);
    return;
  }
  const found = store.get(id);
  if (!found) sendError(response, 404, 'document_not_found', `no document ${id}`);
  else if (request.method === 'DELETE') {
    store.delete(id);
    sendJson(response, 200, { id, object: 'document', deleted: true });
  } else if (request.method === 'PATCH') {
    const { pinned, ttl, title } = JSON.parse(await body(request));
    if (pinned !== undefined) found.pinned = pinned;
    if (ttl !== undefined || pinned !== undefined) found.expires_at = found.pinned ? null : Math.floor(Date.now() / 1000) + (ttl ?? 3600);
    if (title !== undefined) found.title = title;
    sendJson(response, 200, store.view(found));
  } else if (rest === 'text') {
    const begin = Number(url.searchParams.get('begin') ?? 0);
    const end = Number(url.searchParams.get('end') ?? Infinity);
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(store.text(found, begin, end));
  } else if (rest === 'chunks') {
    sendJson(response, 200, { object: 'list', data: store.ranges(found) });
  } else {
    sendJson(response, 200, store.view(found));
  }
}

function status(state) {
  const serving = { state: 'serving' };
  return {
    ready: !state.tierDown,
    encoders: [serving, serving, serving, state.tierDown ? { state: 'unreachable' } : serving],
    decoders: state.tierDown ? [{ state: 'unreachable' }] : [serving, serving],
    encoder_model: 'all-MiniLM-L6-v2', decoder_model: 'SmolLM2-135M-Instruct', window: 8192, ratios: [2, 4, 8],
    default_context_mode: 'hybrid', bundle: 'trained', answers: { running: state.running, limit: 64 },
    chunks: state.chunks, tokens: state.tokens, uptime_seconds: Math.floor((Date.now() - state.started) / 1000) + 93_000,
  };
}

function models() {
  const model = { object: 'model', created: 0, owned_by: 'e2llm' };
  return { object: 'list', data: [{ id: 'SmolLM2-135M-Instruct', ...model, window: 8192 }, { id: 'all-MiniLM-L6-v2', ...model, embeds: true }] };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8080' }, key: { type: 'string' }, delay: { type: 'string', default: '30' }, seed: { type: 'boolean' } },
  });
  const stub = await startStub({ port: Number(values.port), key: values.key, delay: Number(values.delay), seed: values.seed });
  console.log(`page and stub API at ${stub.url}`);
}
