// Serves the page's files and the three libraries, with the headers the gateway sends.
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';

const PAGE = new URL('../main/resources/io/e2llm/gateway/page/', import.meta.url);
const LIBRARIES = {
  '/lib/marked.js': 'marked/lib/marked.esm.js',
  '/lib/dompurify.js': 'dompurify/dist/purify.es.mjs',
  '/lib/uplot.js': 'uplot/dist/uPlot.esm.js',
  '/lib/uplot.css': 'uplot/dist/uPlot.min.css',
};
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
};

export async function sendFile(path, response, csp) {
  const name = path === '/' ? 'index.html' : path.slice(1);
  const library = LIBRARIES[path];
  const file = library ? new URL(`node_modules/${library}`, import.meta.url)
    : /^[\w-]+\.(html|js|css|svg)$/.test(name) ? new URL(name, PAGE) : null;
  try {
    const content = await readFile(file);
    response.writeHead(200, {
      'Content-Type': TYPES[extname(path === '/' ? name : path)], 'Content-Security-Policy': csp, 'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-cache',
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}
