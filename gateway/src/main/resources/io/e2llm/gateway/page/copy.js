// A button that copies text and says so.
import { announce } from './announce.js';
import { element } from './dom.js';
import { icon } from './icons.js';

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard without HTTPS, except on this machine itself: the older way.
    const area = element('textarea', { class: 'hidden-visually', 'aria-hidden': 'true' });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

export function copyButton(label, text) {
  const button = element('button', { type: 'button', class: 'icon-button small', title: label, 'aria-label': label }, icon('copy'));
  button.addEventListener('click', async () => {
    const done = await copyText(text());
    announce(done ? 'Copied.' : 'Copying is not allowed here.');
    button.replaceChildren(icon(done ? 'check' : 'warning'));
    setTimeout(() => button.replaceChildren(icon('copy')), 1500);
  });
  return button;
}
