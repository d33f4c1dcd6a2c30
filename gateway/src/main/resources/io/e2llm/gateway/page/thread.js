// The open conversation from its first message to its last, and where it is scrolled to.
import { isRunning, onChat } from './chat.js';
import { path } from './conversation.js';
import { current, onConversations } from './conversations.js';
import { find, throttled } from './dom.js';
import { emptyState } from './empty.js';
import { icon } from './icons.js';
import { messageView } from './message.js';

const views = new Map(); // message id -> { node, update }
let thread = null;
let following = true;
let moved = 0; // when a person last touched something that scrolls
let touched = new Set();

export function startThread() {
  thread = find('#thread');
  const jump = find('#jump');
  jump.replaceChildren(icon('down'), 'Newest');
  jump.addEventListener('click', () => {
    following = true;
    toEnd();
    find('#question').focus();
  });
  // The page itself scrolls too, as answers are drawn anew: only a person's hand ends the following.
  for (const type of ['wheel', 'touchmove', 'pointerdown', 'keydown']) {
    thread.addEventListener(type, () => { moved = performance.now(); }, { passive: true });
  }
  thread.addEventListener('scroll', () => {
    const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 60;
    if (atEnd) following = true;
    else if (performance.now() - moved < 700) following = false;
    jump.hidden = following;
  });
  new ResizeObserver(() => following && toEnd()).observe(find('#messages'));
  const drawNews = throttled(() => {
    for (const message of touched) views.get(message.id)?.update();
    touched = new Set();
  }, 60);
  onChat(({ conversation, kind, message }) => {
    if (conversation !== current()) return;
    if (kind === 'path') drawPath(message?.state === 'waiting');
    else {
      touched.add(message);
      drawNews();
    }
  });
  onConversations('open', () => {
    views.clear();
    drawPath(true);
  });
}

// Shows the messages that are chosen; used after versions were switched as well.
export function drawPath(follow = false) {
  const conversation = current();
  const messages = path(conversation);
  if (follow) following = true;
  if (!messages.length) {
    find('#messages').replaceChildren(emptyState());
    return;
  }
  const focus = focusedControl();
  const nodes = messages.map((message) => {
    if (!views.has(message.id)) views.set(message.id, messageView(conversation, message, drawPath));
    const view = views.get(message.id);
    view.update();
    return view.node;
  });
  const place = find('#messages');
  const same = place.children.length === nodes.length && nodes.every((node, i) => place.children[i] === node);
  if (!same) place.replaceChildren(...nodes);
  place.toggleAttribute('data-running', isRunning(conversation));
  if (following) toEnd();
  focus?.();
}

// What had the focus may be made anew: puts the focus on the same control again, or on the question.
function focusedControl() {
  const before = document.activeElement;
  const turn = before?.closest('.turn');
  if (!turn) return null;
  const at = [...turn.parentElement.children].indexOf(turn);
  const label = before.getAttribute('aria-label');
  return () => {
    if (before.isConnected) return;
    const again = label && find(`[aria-label="${CSS.escape(label)}"]:not(:disabled)`, find('#messages').children[at] ?? document);
    (again || find('#question')).focus({ preventScroll: true });
  };
}

function toEnd() {
  thread.scrollTop = thread.scrollHeight;
}
