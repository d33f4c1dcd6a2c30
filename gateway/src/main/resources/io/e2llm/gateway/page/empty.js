// What a conversation shows before its first question.
import { element } from './dom.js';
import { chooseFiles } from './drop.js';
import { icon } from './icons.js';

const SVG = 'http://www.w3.org/2000/svg';

export function emptyState() {
  return element('div', { class: 'empty' },
    figure(),
    element('h2', {}, 'Ask about documents longer than the model can read'),
    element('p', { class: 'lead' }, 'E2LLM cuts documents into chunks and turns each chunk into a soft prompt of a few vectors, so that a '
      + 'model with a small window answers from all of it. Add a document, then ask about it; without one, it is a chat.'),
    element('div', { class: 'empty-actions' },
      element('button', { type: 'button', class: 'button primary', onclick: chooseFiles }, icon('attach'), 'Add documents'),
      element('p', { class: 'hint' }, 'Markdown or text. Drop files anywhere, or paste long text into the question.')));
}

// Lines of text, chunks, and the few vectors that stand for them; one chunk stays verbatim.
function figure() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 320 72');
  svg.setAttribute('class', 'empty-figure');
  svg.setAttribute('aria-hidden', 'true');
  const rectangle = (x, y, width, height, name) => {
    const rect = document.createElementNS(SVG, 'rect');
    for (const [key, value] of Object.entries({ x, y, width, height, rx: Math.min(width, height) > 6 ? 2 : 1, class: name })) rect.setAttribute(key, value);
    svg.append(rect);
  };
  [84, 92, 76, 90, 88, 70, 92, 60].forEach((width, i) => rectangle(0, 6 + i * 8, width, 3, i === 4 || i === 5 ? 'verbatim' : 'line'));
  for (let i = 0; i < 4; i++) rectangle(128, 4 + i * 17, 64, 13, i === 2 ? 'chunk verbatim' : 'chunk');
  for (let i = 0; i < 4; i++) for (let j = 0; j < 3; j++) rectangle(232 + j * 9, 4 + i * 17, 6, 13, 'soft');
  rectangle(268, 38, 52, 3, 'verbatim');
  rectangle(268, 46, 40, 3, 'verbatim');
  for (const x of [104, 206]) {
    const arrow = document.createElementNS(SVG, 'path');
    arrow.setAttribute('d', `M${x} 36h12m-4-4l4 4-4 4`);
    arrow.setAttribute('class', 'arrow');
    svg.append(arrow);
  }
  return svg;
}
