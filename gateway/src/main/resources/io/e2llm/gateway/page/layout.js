// The columns, which are drawers where the window is narrow, and the bar above the conversation.
import { current, onConversations } from './conversations.js';
import { element, find } from './dom.js';
import { documentOf, onDocuments } from './documents.js';
import { icon } from './icons.js';
import { go, onPlace, shownPlace } from './router.js';

const narrow = { sidebar: matchMedia('(max-width: 899px)'), documents: matchMedia('(max-width: 1179px)') };
let openDrawer = null;
let opener = null;

export function startLayout() {
  const title = element('h1', { class: 'topbar-title' });
  const badge = element('span', { class: 'badge', hidden: true });
  const docs = element('button', {
    type: 'button', class: 'button quiet documents-button', 'aria-controls': 'documents', onclick: () => open('documents', docs),
  }, icon('document'), element('span', { class: 'label' }, 'Documents'), badge);
  const menu = element('button', {
    type: 'button', class: 'icon-button menu-button', 'aria-label': 'Conversations', 'aria-controls': 'sidebar', onclick: () => open('sidebar', menu),
  }, icon('menu'));
  find('#topbar').append(menu, title, docs);

  const showTitle = () => {
    const status = shownPlace() === 'status';
    title.textContent = status ? 'Status' : current().title || 'New conversation';
    document.title = status ? 'Status – E2LLM' : current().title ? `${current().title} – E2LLM` : 'E2LLM';
    const used = current().documents.filter((d) => documentOf(d.id)).length;
    badge.textContent = used;
    badge.hidden = !used;
    docs.setAttribute('aria-label', used ? `Documents, ${used} in this conversation` : 'Documents');
  };
  for (const type of ['list', 'open', 'context']) onConversations(type, showTitle);
  onDocuments(showTitle);
  onPlace((place) => {
    document.body.dataset.place = place;
    find('#chat-view').hidden = place !== 'chat';
    find('#status-view').hidden = place !== 'status';
    showTitle();
    close();
  });

  find('#scrim').addEventListener('click', close);
  find('#skip').addEventListener('click', (e) => {
    e.preventDefault();
    if (shownPlace() !== 'chat') go('#/');
    find('#question').focus();
  });
  addEventListener('keydown', (e) => {
    if (e.key === 'Escape' && openDrawer) {
      e.stopImmediatePropagation();
      close();
    }
  }, true);
  for (const query of Object.values(narrow)) query.addEventListener('change', () => { close(); settle(); });
  settle();
}

export const openDocuments = () => (narrow.documents.matches ? open('documents', find('.documents-button')) : find('#documents button').focus());

function open(name, from) {
  openDrawer = name;
  opener = from;
  settle();
  find(`#${name} .drawer-close`)?.focus();
}

export function close() {
  if (!openDrawer) return;
  openDrawer = null;
  settle();
  opener?.focus();
}

// A drawer that is shut cannot be reached; one that is open keeps the rest from being reached.
function settle() {
  for (const name of ['sidebar', 'documents']) {
    const drawer = find(`#${name}`);
    drawer.classList.toggle('open', openDrawer === name);
    drawer.inert = openDrawer ? openDrawer !== name : narrow[name].matches;
  }
  find('#main').inert = openDrawer !== null;
  find('#scrim').hidden = openDrawer === null;
}

export const drawerClose = (label) => element('button', {
  type: 'button', class: 'icon-button drawer-close', 'aria-label': label, onclick: close,
}, icon('close'));
