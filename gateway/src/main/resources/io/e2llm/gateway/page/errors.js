// Errors of the API, and what a person can do about each.
export class ApiError extends Error {
  constructor(status, error = {}, retryAfter = null) {
    super(error.message || '');
    this.name = 'ApiError';
    this.status = status;
    this.code = error.code || codeOfStatus(status);
    this.param = error.param ?? null;
    this.retryAfter = Number(retryAfter) || null;
  }

  static of(status, body, retryAfter) {
    try {
      return new ApiError(status, JSON.parse(body).error, retryAfter);
    } catch {
      return new ApiError(status, {}, retryAfter);
    }
  }

  // What fetch throws: an abort stays one, everything else is a connection that failed.
  static ofNetwork(failure, code = 'unreachable') {
    if (failure instanceof ApiError || failure.name === 'AbortError') return failure;
    return new ApiError(0, { code: navigator.onLine ? code : 'offline' });
  }
}

function codeOfStatus(status) {
  return {
    401: 'invalid_api_key', 403: 'permission_denied', 404: 'not_found', 413: 'limit_exceeded',
    415: 'unsupported_media_type', 429: 'too_many_requests', 503: 'tier_unreachable',
  }[status] || 'internal';
}

const BUSY = ['The gateway is busy', 'It runs as many answers as it may. Wait a moment and try again.', 'retry'];
const GONE = ['A document is not stored any more',
  'It was removed or has expired. Take it out of this conversation, or add the file again.', 'documents'];
const UNSUPPORTED = ['This type of file cannot be read',
  'Add Markdown or plain text. Save other files as one of these first.', null];
const TOO_LARGE = ['Too large for this gateway',
  'Add fewer or shorter documents, or ask its operator to raise the limit.', 'documents'];
const NO_BUNDLE = ['This context mode needs an adapter bundle',
  'The gateway has none that fits its models. Choose retrieval or text in the settings.', 'settings'];

// code: [what happened, what to do next, an action that helps]
const ADVICE = {
  offline: ['You are offline', 'Your question is kept. Try again once the connection is back.', 'retry'],
  unreachable: ['The gateway cannot be reached', 'Check that it runs and that the address is right, then try again.', 'retry'],
  cut_off: ['The connection ended before the answer did', 'What had come is kept. Ask again for the whole answer.', 'retry'],
  invalid_api_key: ['This API key is not accepted', 'Check the key in the settings, then try again.', 'key'],
  missing_api_key: ['This gateway wants an API key', 'Enter the key that its operator gave you, then try again.', 'key'],
  permission_denied: ['This key may not do that', 'Use another key, or ask the gateway\'s operator.', 'key'],
  too_many_requests: BUSY,
  queue_full: BUSY,
  rate_limit_exceeded: ['The limit of this key is reached', 'Wait until it is renewed and try again.', 'retry'],
  kv_full: ['The answer does not fit the decoder\'s memory', 'Set fewer tokens to generate, or use fewer documents.', 'settings'],
  tier_unreachable: ['No encoder or decoder answers', 'The gateway runs, but a tier behind it does not. See the status and try again.', 'status'],
  draining: ['The gateway is shutting down', 'It takes no new questions. Try again in a minute.', 'retry'],
  context_too_long: ['The documents do not fit as text', 'Choose soft, hybrid or retrieval in the settings, or use fewer documents.', 'settings'],
  prompt_too_long: ['The conversation is too long for the model', 'Start a new conversation, shorten the question, or set fewer tokens to generate.', 'new'],
  limit_exceeded: TOO_LARGE,
  payload_too_large: TOO_LARGE,
  chunk_too_long: TOO_LARGE,
  unsupported_media_type: UNSUPPORTED,
  extraction_failed: ['No text could be read from this file', 'It may be scanned, encrypted or damaged. Export it anew, or paste its text.', null],
  empty_document: ['This file has no text', 'A scanned PDF holds only pictures of pages: run text recognition on it first.', null],
  unknown_document: GONE,
  document_not_found: GONE,
  document_changed: ['A document was replaced meanwhile', 'Ask again: the new one is read then.', 'retry'],
  no_documents: ['This gateway keeps no documents', 'Paste the text into the question instead.', null],
  store_unreachable: ['Documents cannot be reached', 'The gateway runs, but the store of its documents does not answer. Try again.', 'retry'],
  malformed_text: ['This file is not text in UTF-8', 'Save it as UTF-8 text and add it again.', null],
  not_found: GONE,
  no_bundle: NO_BUNDLE,
  bundle_mismatch: NO_BUNDLE,
  encoder_mismatch: NO_BUNDLE,
  empty_question: ['The question is empty', 'Write a question and send it again.', null],
  slow_reader: ['The answer was not read in time', 'The connection is slow. Try again.', 'retry'],
  slow_writer: ['Sending took too long', 'The connection is slow. Try again.', 'retry'],
  deadline_exceeded: ['The answer took too long', 'Try again; what was encoded is cached, so it will be quicker.', 'retry'],
  internal: ['The gateway failed', 'Try again. If it happens again, its log says why.', 'retry'],
};

// { title, advice, action, detail } of any error; `action` is one of retry, key, settings, status, documents, new, or null.
export function describe(error, keyIsSet = true) {
  const code = error.code === 'invalid_api_key' && !keyIsSet ? 'missing_api_key' : error.code;
  const [title, advice, action] = ADVICE[code] || ['That did not work', 'Check the question and the settings, then try again.', 'retry'];
  const wait = error.retryAfter ? ` The gateway asks for ${error.retryAfter} seconds.` : '';
  return { title, advice: advice + wait, action, detail: error.message || '' };
}
