// The address tells what is shown: #/ a new conversation, #/c/ID a stored one, #/status the status.
import { byIdOrNull, current, onConversations, show, startNew } from './conversations.js';

const listeners = new Set();
let place = 'chat';

export const shownPlace = () => place;

// Calls back with 'chat' or 'status' whenever that changes.
export function onPlace(listener) {
  listeners.add(listener);
}

export const addressOf = (conversation) => `#/c/${encodeURIComponent(conversation.id)}`;

export function go(address) {
  if (location.hash === address) follow();
  else location.hash = address;
}

function follow() {
  const [, kind, id] = location.hash.split('/');
  place = kind === 'status' ? 'status' : 'chat';
  if (kind === 'c' && decodeURIComponent(id) !== current().id && !show(decodeURIComponent(id))) go('#/');
  if (place === 'chat' && kind !== 'c') startNew();
  for (const listener of listeners) listener(place);
}

export function startRouter() {
  // A new conversation gets its address once it is stored.
  onConversations('list', () => {
    if (place === 'chat' && !location.hash.startsWith('#/c/') && byIdOrNull(current().id)) {
      history.replaceState(null, '', addressOf(current()));
    }
  });
  addEventListener('hashchange', follow);
  follow();
}
