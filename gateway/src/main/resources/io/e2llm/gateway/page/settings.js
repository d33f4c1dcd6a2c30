// What a person has set, kept in the browser. The API key is kept for the tab alone unless told to remember it.
const KEY = 'e2llm.settings';
const API_KEY = 'e2llm.api-key';
const DEFAULTS = {
  scheme: 'auto', contextMode: '', temperature: '', maxTokens: '', system: '', keepFor: '', rememberKey: false,
};
const listeners = new Set();
let current = { ...DEFAULTS, ...read(localStorage, KEY) };

function read(storage, key) {
  try {
    return JSON.parse(storage.getItem(key) || '{}');
  } catch {
    return {};
  }
}

function write(storage, key, value) {
  try {
    if (value === null) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full or closed: settings then last as long as the page.
  }
}

export const settings = () => current;

export function onSettings(listener) {
  listeners.add(listener);
}

export function change(values) {
  current = { ...current, ...values };
  write(localStorage, KEY, current);
  for (const listener of listeners) listener(current);
}

let apiKeyInMemory = [read(sessionStorage, API_KEY), read(localStorage, API_KEY)].find((k) => typeof k === 'string') || '';

export const apiKey = () => apiKeyInMemory;

export function setApiKey(key, remember) {
  apiKeyInMemory = key;
  write(sessionStorage, API_KEY, key || null);
  write(localStorage, API_KEY, key && remember ? key : null);
  change({ rememberKey: remember });
}

// The part of a chat request that the settings decide.
export function requestSettings() {
  const body = {};
  if (current.contextMode) body.context_mode = current.contextMode;
  if (current.temperature !== '') body.temperature = Number(current.temperature);
  if (current.maxTokens !== '') body.max_tokens = Number(current.maxTokens);
  return body;
}
