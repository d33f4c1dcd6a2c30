// Markdown of an answer as elements. HTML in it is shown as text, links tell no referrer, and no picture is fetched.
import { marked } from '/lib/marked.js';
import DOMPurify from '/lib/dompurify.js';
import { copyButton } from './copy.js';
import { element } from './dom.js';

const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

marked.use({
  gfm: true,
  breaks: false,
  renderer: {
    html: ({ text }) => (/^<br\s*\/?>$/i.test(text.trim()) ? '<br>' : escape(text)),
  },
});

const POLICY = {
  ALLOWED_TAGS: ['a', 'blockquote', 'br', 'code', 'del', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'img', 'li',
    'ol', 'p', 'pre', 'strong', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'],
  ALLOWED_ATTR: ['href', 'title', 'src', 'alt', 'start', 'align', 'class'],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#|data:image\/(?:png|jpeg|gif|webp);base64,)/i,
  ADD_URI_SAFE_ATTR: ['align', 'start'],
  RETURN_DOM_FRAGMENT: true,
};

// A fragment for the text; `finished` adds what only a whole answer needs.
export function render(text, finished = true) {
  const fragment = DOMPurify.sanitize(marked.parse(text), POLICY);
  for (const link of fragment.querySelectorAll('a')) {
    if (!/^(https?:|mailto:)/i.test(link.getAttribute('href') ?? '')) {
      link.replaceWith(...link.childNodes);
      continue;
    }
    link.rel = 'noopener noreferrer';
    link.target = '_blank';
  }
  for (const image of fragment.querySelectorAll('img')) {
    if (/^data:image\//i.test(image.getAttribute('src') ?? '')) continue;
    image.replaceWith(element('span', { class: 'no-image' }, `[picture not loaded: ${image.alt || 'without a description'}]`));
  }
  for (const heading of fragment.querySelectorAll('h1, h2, h3, h4, h5')) lower(heading);
  for (const table of fragment.querySelectorAll('table')) wrap(table, 'table-scroll', 'Table');
  for (const pre of fragment.querySelectorAll('pre')) {
    const box = wrap(pre, 'code-box', null);
    pre.tabIndex = 0;
    const language = /language-([\w+#-]+)/.exec(pre.firstElementChild?.className ?? '')?.[1] ?? '';
    const copy = finished ? copyButton('Copy code', () => pre.textContent) : '';
    box.prepend(element('div', { class: 'code-head' }, element('span', {}, language), copy));
  }
  return fragment;
}

function wrap(inner, name, label) {
  const box = element('div', { class: name });
  if (label) {
    box.tabIndex = 0;
    box.setAttribute('role', 'region');
    box.setAttribute('aria-label', label);
  }
  inner.replaceWith(box);
  box.append(inner);
  return box;
}

// The page's own headings stay above those of an answer.
function lower(heading) {
  const level = Math.min(6, Number(heading.tagName[1]) + 2);
  heading.replaceWith(element(`h${level}`, {}, ...heading.childNodes));
}
