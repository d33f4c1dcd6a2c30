// The list of conversations, and the ways to status and settings.
import { current, listed, onConversations, remove, rename, restore } from './conversations.js';
import { element, find } from './dom.js';
import { day } from './format.js';
import { icon } from './icons.js';
import { close, drawerClose } from './layout.js';
import { addressOf, go, onPlace, shownPlace } from './router.js';
import { openSettings } from './settings-dialog.js';
import { toast } from './toast.js';

export function startSidebar() {
  const list = element('nav', { class: 'conversations', 'aria-label': 'History' });
  const newButton = element('button', { type: 'button', class: 'button wide', onclick: startFresh }, icon('add'), 'New conversation');
  const status = element('a', { class: 'foot-link', href: '#/status' },
    icon('status'), 'Status', element('span', { class: 'health', id: 'health' }));
  find('#sidebar').append(
    element('div', { class: 'brand' },
      element('img', { src: '/favicon.svg', alt: '', width: '26', height: '26' }), element('span', {}, 'E2LLM'), drawerClose('Close conversations')),
    newButton, list,
    element('div', { class: 'sidebar-foot' }, status,
      element('button', { type: 'button', class: 'foot-link', onclick: () => { close(); openSettings(); } }, icon('settings'), 'Settings')));
  const draw = () => drawList(list);
  onConversations('list', draw);
  onConversations('open', draw);
  onPlace((place) => {
    status.toggleAttribute('data-here', place === 'status');
    if (place === 'status') status.setAttribute('aria-current', 'page');
    else status.removeAttribute('aria-current');
    draw();
  });
}

export function startFresh() {
  close();
  go('#/');
  find('#question').focus();
}

function drawList(list) {
  if (find('.rename', list)) return; // a name is being typed
  const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  const groups = new Map();
  for (const conversation of listed()) {
    const name = day(conversation.updated);
    groups.set(name, [...(groups.get(name) ?? []), conversation]);
  }
  list.replaceChildren(...[...groups].map(([name, conversations]) => element('section', {},
    element('h2', { class: 'list-heading' }, name),
    element('ul', {}, ...conversations.map((c) => row(c, list))))));
  if (focused) find(`a[href="${CSS.escape(focused)}"]`, list)?.focus();
  if (!groups.size) list.append(element('p', { class: 'list-empty' }, 'Conversations are kept in this browser and listed here.'));
}

function row(conversation, list) {
  const here = shownPlace() === 'chat' && conversation.id === current().id;
  const title = conversation.title || 'Untitled';
  const link = element('a', { href: addressOf(conversation), 'aria-current': here ? 'page' : null, title, onclick: close }, title);
  const item = element('li', { class: 'conversation' }, link, element('span', { class: 'row-tools' },
    tool('edit', `Rename “${title}”`, () => startRename(conversation, item, list)),
    tool('remove', `Delete “${title}”`, () => drop(conversation))));
  return item;
}

const tool = (name, label, onclick) => element('button', {
  type: 'button', class: 'icon-button small', 'aria-label': label, title: label.split(' ')[0], onclick,
}, icon(name));

function startRename(conversation, item, list) {
  const input = element('input', { class: 'rename', 'aria-label': 'Name of the conversation', value: conversation.title, maxlength: 120 });
  let ended = false;
  const end = (keep) => {
    if (ended) return;
    ended = true;
    input.remove();
    if (keep && input.value.trim()) rename(conversation, input.value.trim());
    else drawList(list);
    find(`a[href="${addressOf(conversation)}"]`, list)?.focus();
  };
  input.addEventListener('keydown', (e) => {
    if (e.key === 'Enter' && !e.isComposing) end(true);
    if (e.key === 'Escape') {
      e.stopPropagation();
      end(false);
    }
  });
  input.addEventListener('blur', () => end(true));
  item.replaceChildren(input);
  input.select();
}

async function drop(conversation) {
  const here = conversation.id === current().id && shownPlace() === 'chat';
  await remove(conversation);
  if (here) go('#/');
  toast('Conversation deleted.', { label: 'Undo', run: () => restore(conversation) });
}
