// A conversation is a tree of messages: editing a question or asking again adds a sibling, and nothing is lost.
import { newId } from './dom.js';

const ROOT = 'root';

export function newConversation(documents = []) {
  const now = Date.now();
  return { id: newId(), title: '', created: now, updated: now, documents, messages: {}, chosen: {} };
}

// Adds a message below `parent` (null: at the top) and makes it the one shown.
export function addMessage(conversation, parent, fields) {
  const message = { id: newId(), parent: parent?.id ?? ROOT, created: Date.now(), ...fields };
  conversation.messages[message.id] = message;
  conversation.chosen[message.parent] = message.id;
  if (!conversation.title && message.role === 'user') conversation.title = titleOf(message.content);
  return message;
}

// The messages shown, from the first to the last.
export function path(conversation) {
  const shown = [];
  let next = conversation.messages[conversation.chosen[ROOT]];
  while (next) {
    shown.push(next);
    next = conversation.messages[conversation.chosen[next.id]];
  }
  return shown;
}

export const parentOf = (conversation, message) => conversation.messages[message.parent] ?? null;

// All versions of a message, the oldest first.
export function versions(conversation, message) {
  return Object.values(conversation.messages)
    .filter((other) => other.parent === message.parent && other.role === message.role)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function choose(conversation, message) {
  conversation.chosen[message.parent] = message.id;
}

// What the model is told: the messages from the top down to `question`, without questions that got no answer.
export function transcript(conversation, question, system) {
  const messages = [];
  for (let m = question; m; m = parentOf(conversation, m)) {
    if (m.role === 'assistant' && !m.content) m = parentOf(conversation, m);
    else messages.unshift({ role: m.role, content: m.content });
  }
  return system.trim() ? [{ role: 'system', content: system.trim() }, ...messages] : messages;
}

function titleOf(text) {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 119).trimEnd()}…` : line;
}
