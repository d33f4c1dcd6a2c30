// Colour scheme: light, dark, or what the system says.
import { settings, onSettings } from './settings.js';

const system = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set();

// Calls back after each change of the colours in use, for what is drawn on a canvas.
export function onColours(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// The colour that a custom property of tokens.css has at present.
export function colour(name) {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  probe.hidden = true;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

export const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

function apply() {
  const { scheme } = settings();
  if (scheme === 'auto') delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = scheme;
  for (const listener of listeners) listener();
}

export function startTheme() {
  apply();
  onSettings(apply);
  system.addEventListener('change', apply);
}
