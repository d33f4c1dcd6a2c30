// Files dropped anywhere, and the file chooser.
import { find } from './dom.js';
import { add } from './documents.js';
import { useDocument } from './conversations.js';
import { ACCEPTED } from './upload.js';

let chooser = null;

export function addFiles(files) {
  for (const file of files) {
    const document = add(file);
    useDocument(document.id, document.title, true);
  }
}

// Long text becomes a document of its own.
export function addText(text, title) {
  const document = add(new File([text], `${title}.txt`, { type: 'text/plain' }), title);
  useDocument(document.id, title, true);
  return document;
}

export function chooseFiles() {
  chooser.click();
}

export function startDrop() {
  chooser = document.createElement('input');
  chooser.type = 'file';
  chooser.multiple = true;
  chooser.accept = ACCEPTED;
  chooser.hidden = true;
  chooser.id = 'chooser';
  chooser.addEventListener('change', () => {
    addFiles(chooser.files);
    chooser.value = '';
  });
  document.body.append(chooser);

  const place = find('#drop');
  const hasFiles = (e) => e.dataTransfer?.types.includes('Files');
  addEventListener('dragenter', (e) => {
    if (hasFiles(e) && !find('dialog[open]')) place.hidden = false;
  });
  addEventListener('dragover', (e) => {
    if (hasFiles(e)) e.preventDefault();
  });
  addEventListener('dragleave', (e) => {
    if (!e.relatedTarget) place.hidden = true;
  });
  addEventListener('drop', (e) => {
    if (!hasFiles(e)) return;
    e.preventDefault();
    place.hidden = true;
    addFiles(e.dataTransfer.files);
  });
}
