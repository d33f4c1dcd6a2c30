// The dialog of settings.
import { reloadDocuments } from './document-list.js';
import { element, find } from './dom.js';
import { icon } from './icons.js';
import { apiKey, change, setApiKey, settings } from './settings.js';
import { askNow, latestStatus } from './status-poll.js';

const MODES = [
  ['', 'The gateway\'s default'],
  ['soft', 'Soft: soft prompts of all chunks'],
  ['hybrid', 'Hybrid: soft prompts, and the most relevant passages as text'],
  ['retrieval', 'Retrieval: only the most relevant passages, as text'],
  ['text', 'Text: the whole context as text'],
];
const SCHEMES = [['auto', 'Like the system'], ['light', 'Light'], ['dark', 'Dark']];
const KEPT = [['', 'As long as the gateway does'], ['3600', 'An hour'], ['86400', 'A day'], ['604800', 'A week']];

export function startSettings() {
  const dialog = find('#settings');
  dialog.addEventListener('click', (e) => e.target === dialog && dialog.close());
}

export function openSettings(focus = 'context-mode') {
  const dialog = find('#settings');
  const before = apiKey();
  const saved = settings();
  dialog.replaceChildren(
    element('header', { class: 'dialog-head' },
      element('h2', { id: 'settings-title' }, 'Settings'),
      element('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => dialog.close() }, icon('close'))),
    section('Answers',
      choice('context-mode', 'Context mode', modes(), saved.contextMode, (v) => change({ contextMode: v }), modeNote()),
      element('div', { class: 'pair' },
        field('temperature', 'Temperature', { type: 'number', min: 0, max: 2, step: 0.1, placeholder: 'default', value: saved.temperature },
          (v) => change({ temperature: v }), '0 always takes the likeliest token.'),
        field('max-tokens', 'Most tokens in an answer', { type: 'number', min: 1, max: 32768, step: 1, placeholder: 'default', value: saved.maxTokens },
          (v) => change({ maxTokens: v }), 'Answers end there at the latest.')),
      area('system-message', 'System message', saved.system, (v) => change({ system: v }), 'Stands before every conversation.')),
    section('Access',
      field('api-key', 'API key', { type: 'password', autocomplete: 'off', spellcheck: 'false', value: before },
        (v) => setApiKey(v.trim(), settings().rememberKey), 'Kept until this tab is closed, unless remembered. Empty where the gateway wants none.'),
      check('remember-key', 'Remember the key in this browser', saved.rememberKey, (on) => setApiKey(apiKey(), on))),
    section('This page',
      choice('scheme', 'Colours', SCHEMES, saved.scheme, (v) => change({ scheme: v })),
      choice('keep-for', 'Keep new documents for', KEPT, saved.keepFor, (v) => change({ keepFor: v }), 'Pinned documents stay until they are removed.')));
  dialog.onclose = () => apiKey() !== before && (reloadDocuments(), askNow());
  dialog.showModal();
  find(`#${focus}`, dialog)?.focus();
}

function modes() {
  const bundle = latestStatus()?.bundle;
  return MODES.map(([value, label]) => [value, label, bundle === 'none' && (value === 'soft' || value === 'hybrid')]);
}

function modeNote() {
  const status = latestStatus();
  if (!status) return 'How the documents reach the model.';
  const note = status.bundle === 'none' ? ' Soft and hybrid need an adapter bundle, and this gateway has none.'
    : status.bundle === 'untrained' ? ' The adapter bundle is untrained: soft prompts tell the model nothing yet.' : '';
  return `How the documents reach the model. Default here: ${status.default_context_mode}.${note}`;
}

const section = (title, ...fields) => element('section', { class: 'settings-section' }, element('h3', {}, title), ...fields);

function labelled(id, label, control, note) {
  if (note) control.setAttribute('aria-describedby', `${id}-note`);
  return element('div', { class: 'field' }, element('label', { for: id }, label), control,
    note && element('p', { class: 'field-note', id: `${id}-note` }, note));
}

function field(id, label, properties, set, note) {
  const input = element('input', { id, class: 'input', ...properties });
  input.addEventListener('input', () => input.checkValidity() && set(input.value));
  input.addEventListener('change', () => input.reportValidity());
  return labelled(id, label, input, note);
}

function area(id, label, value, set, note) {
  const input = element('textarea', { id, class: 'input', rows: 3, value });
  input.addEventListener('input', () => set(input.value));
  return labelled(id, label, input, note);
}

function choice(id, label, options, value, set, note) {
  const select = element('select', { id, class: 'input', onchange: (e) => set(e.target.value) },
    ...options.map(([v, text, disabled]) => element('option', { value: v, selected: v === value, disabled: Boolean(disabled) }, text)));
  return labelled(id, label, select, note);
}

function check(id, label, checked, set) {
  return element('div', { class: 'field check' },
    element('input', { type: 'checkbox', id, checked, onchange: (e) => set(e.target.checked) }), element('label', { for: id }, label));
}
