// The conversations of this browser and which of them is open.
import { newConversation } from './conversation.js';
import { allConversations, deleteConversation, saveConversation } from './store.js';

const events = new EventTarget();
const byId = new Map();
let open = newConversation();

export const current = () => open;
export const listed = () => [...byId.values()].sort((a, b) => b.updated - a.updated);
export const byIdOrNull = (id) => byId.get(id) ?? null;

// Listeners get 'list' (titles and order), 'open' (another one is shown) and 'context' (its documents).
export function onConversations(type, listener) {
  events.addEventListener(type, listener);
}

const tell = (type) => events.dispatchEvent(new Event(type));

export async function loadConversations() {
  for (const conversation of await allConversations()) {
    // An answer that was under way when the page closed cannot go on.
    for (const message of Object.values(conversation.messages)) {
      if (message.state === 'waiting' || message.state === 'streaming') message.state = 'stopped';
    }
    byId.set(conversation.id, conversation);
  }
  tell('list');
}

export function startNew() {
  open = newConversation();
  tell('open');
  tell('list');
  return open;
}

export function show(id) {
  const found = byId.get(id);
  if (!found) return false;
  open = found;
  tell('open');
  tell('list');
  return true;
}

export async function save(conversation, touch = false) {
  if (touch) conversation.updated = Date.now();
  const known = byId.has(conversation.id);
  byId.set(conversation.id, conversation);
  if (touch || !known) tell('list');
  await saveConversation(conversation);
}

export async function rename(conversation, title) {
  conversation.title = title;
  await save(conversation);
  tell('list');
}

export async function remove(conversation) {
  byId.delete(conversation.id);
  tell('list');
  await deleteConversation(conversation.id);
}

export async function restore(conversation) {
  await save(conversation);
  tell('list');
}

// Takes documents into the open conversation, or out of it.
export function useDocument(id, title, used) {
  const others = open.documents.filter((d) => d.id !== id);
  open.documents = used ? [...others, { id, title }] : others;
  if (byId.has(open.id)) save(open);
  tell('context');
}
