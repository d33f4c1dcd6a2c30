// Answers of the stub. What a question contains decides what happens: "error 503", "error 401", "error 429", "too long", "breaks off",
// "fails late", "markdown", "at length", "notice", "cut short".
import { body, errorBody, pause, sendError } from './stub.mjs';
import { LONG, MARKDOWN, PLAIN } from './stub-texts.mjs';

const REFUSALS = [
  ['error 401', 401, 'invalid_api_key', 'the API key is not known'],
  ['error 429', 429, 'too_many_requests', '64 answers are under way, as many as there may be', { 'Retry-After': '3' }],
  ['error 503', 503, 'tier_unreachable', 'no decoder answered within 12 s', { 'Retry-After': '5' }],
  ['too long', 400, 'context_too_long', 'the context has 90,412 tokens, the window 8,192'],
];

export async function answer(state, request, response) {
  const asked = JSON.parse(await body(request));
  const question = asked.messages.at(-1)?.content ?? '';
  const refusal = REFUSALS.find(([words]) => question.includes(words));
  if (refusal) return sendError(response, ...refusal.slice(1));
  const documents = (asked.documents ?? []).map(({ id }) => state.documents.get(id));
  if (documents.includes(undefined)) return sendError(response, 404, 'document_not_found', 'a document of the request is not stored');
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  state.running++;
  try {
    await stream(state, response, asked, question, documents);
  } finally {
    state.running--;
  }
  return undefined;
}

async function stream(state, response, asked, question, documents) {
  const begun = Date.now();
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: Math.floor(begun / 1000), model: 'SmolLM2-135M-Instruct' };
  const tell = (more) => response.write(`data: ${JSON.stringify({ ...head, choices: [], ...more })}\n\n`);
  const chunks = documents.reduce((sum, d) => sum + d.chunks, 0);
  const cached = Math.floor(chunks * 0.7);
  for (let step = 0; chunks && step <= 20; step++) {
    tell({ progress: { chunks_done: Math.round(cached + (chunks - cached) * (step / 20)), chunks_total: chunks, chunks_cached: cached, context_complete: step === 20 } });
    await pause(state.delay);
    if (response.destroyed) return;
  }
  await pause(state.delay * 5);
  const first = Date.now();
  const text = question.includes('markdown') ? MARKDOWN : question.includes('at length') ? LONG
    : documents.length ? PLAIN : 'There is no document in this conversation, so this is an answer from what the model itself has learnt. It may well be wrong.';
  const tokens = text.match(/\s*\S{1,7}/g);
  for (const [i, token] of tokens.entries()) {
    if (response.destroyed) return;
    if (i === 12 && question.includes('breaks off')) return response.destroy();
    if (i === 12 && question.includes('fails late')) {
      response.write(`data: ${JSON.stringify(errorBody(503, 'tier_unreachable', 'the decoder was lost and none took over'))}\n\n`);
      return response.end();
    }
    tell({ choices: [{ index: 0, delta: { content: token }, finish_reason: null }] });
    state.tokens.generated++;
    await pause(state.delay);
  }
  const mode = asked.context_mode ?? 'hybrid';
  const verbatim = mode === 'hybrid' || mode === 'retrieval';
  tell({
    choices: [{ index: 0, delta: {}, finish_reason: question.includes('cut short') ? 'length' : 'stop' }],
    citations: verbatim ? documents.flatMap(citations) : [],
    context_mode: mode,
    ...(question.includes('notice') ? { notice: 'The adapter bundle is untrained: soft prompts tell the model nothing yet.' } : {}),
  });
  const contextTokens = documents.reduce((sum, d) => sum + d.tokens, 0);
  const soft = mode === 'soft' || mode === 'hybrid' ? Math.ceil(contextTokens / 8) : 0;
  state.chunks.cached += cached;
  state.chunks.encoded += chunks - cached;
  state.tokens.soft += soft;
  state.tokens.prompt += 412;
  tell({
    usage: {
      prompt_tokens: 412, completion_tokens: tokens.length, total_tokens: 412 + tokens.length, prompt_tokens_details: { cached_tokens: 96 },
      context_tokens: contextTokens, soft_tokens: soft, chunks, cached_chunks: cached, dropped_chunks: 0, ratio: soft ? 8 : 0,
      timings: { encode_ms: first - begun - 20, first_token_ms: first - begun, total_ms: Date.now() - begun, decode_ms: Date.now() - first },
    },
  });
  response.write('data: [DONE]\n\n');
  response.end();
}

// One or two chunks of a document, as if they were its most relevant.
function citations(document) {
  const at = [...new Set([Math.floor(document.chunks * 0.31), Math.floor(document.chunks * 0.74)])];
  return at.map((chunk, i) => ({
    document: document.id, begin: chunk * 512, end: Math.min(document.characters, (chunk + 1) * 512), relevance: 0.71 - 0.13 * i,
  }));
}
