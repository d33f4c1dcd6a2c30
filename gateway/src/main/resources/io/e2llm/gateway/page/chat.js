// Asks questions and takes in the answers; what is shown of it is messages.js.
import * as api from './api.js';
import { announceAnswer, announce } from './announce.js';
import { addMessage, parentOf, transcript } from './conversation.js';
import { current, save } from './conversations.js';
import { throttled } from './dom.js';
import { whenReady } from './documents.js';
import { requestSettings, settings } from './settings.js';

const events = new EventTarget();
const running = new Map(); // conversation id -> AbortController

export function onChat(listener) {
  events.addEventListener('change', (e) => listener(e.detail));
}

// kind: 'path' (messages came or went) or 'message' (this one has news).
function tell(conversation, kind, message) {
  events.dispatchEvent(new CustomEvent('change', { detail: { conversation, kind, message } }));
}

export const isRunning = (conversation) => running.has(conversation.id);

export function stop(conversation) {
  running.get(conversation.id)?.abort();
}

// Asks below `parent`, the message it follows (null: the first question).
export function ask(conversation, parent, text) {
  if (isRunning(conversation)) return Promise.resolve();
  return answer(conversation, addMessage(conversation, parent, { role: 'user', content: text }));
}

// The same question in other words, beside the first.
export const askInstead = (conversation, question, text) => ask(conversation, parentOf(conversation, question), text);

export function askAgain(conversation, message) {
  return isRunning(conversation) ? Promise.resolve() : answer(conversation, parentOf(conversation, message));
}

async function answer(conversation, question) {
  const documents = conversation.documents.map(({ id, title }) => ({ id, title }));
  const message = addMessage(conversation, question, {
    role: 'assistant', content: '', state: 'waiting', documents, progress: null, error: null,
  });
  const stopping = new AbortController();
  running.set(conversation.id, stopping);
  tell(conversation, 'path', message);
  announce('Question sent.');
  await save(conversation, true);
  const saveNow = throttled(() => save(conversation), 1000);
  try {
    await whenReady(documents.map((d) => d.id), stopping.signal);
    const body = {
      ...requestSettings(),
      messages: transcript(conversation, question, settings().system),
      documents: documents.map(({ id }) => ({ id })),
    };
    for await (const chunk of api.chat(body, stopping.signal)) {
      take(message, chunk);
      if (conversation === current()) announceAnswer(message.content, false);
      tell(conversation, 'message', message);
      saveNow();
    }
    message.state = 'done';
    if (conversation === current()) announceAnswer(message.content, true);
  } catch (failure) {
    message.state = failure.name === 'AbortError' ? 'stopped' : 'failed';
    message.error = message.state === 'failed' ? errorOf(failure) : null;
    if (message.state === 'stopped') announce('Stopped.');
  }
  message.progress = null;
  running.delete(conversation.id);
  await save(conversation, true);
  tell(conversation, 'path', message);
}

function take(message, chunk) {
  if (chunk.progress) message.progress = chunk.progress;
  if (chunk.usage) message.usage = chunk.usage;
  if (chunk.citations) message.citations = chunk.citations;
  if (chunk.context_mode) message.mode = chunk.context_mode;
  if (chunk.notice) message.notice = chunk.notice;
  const choice = chunk.choices[0];
  if (choice?.delta?.content) {
    message.content += choice.delta.content;
    message.state = 'streaming';
  }
  if (choice?.finish_reason) message.finish = choice.finish_reason;
}

// What is kept of an error beside its message: plain data, as IndexedDB stores it.
function errorOf({ code, message, retryAfter }) {
  return { code: code ?? 'internal', message: message ?? '', retryAfter: retryAfter ?? null };
}
