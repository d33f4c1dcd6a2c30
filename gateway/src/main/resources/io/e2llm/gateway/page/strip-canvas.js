// Draws the strip's cells on a canvas; where there are more chunks than room, each cell stands for several.
import { CACHED, ENCODED } from './strip-model.js';
import { colour } from './theme.js';

const HEIGHT = 26;
const TOP = 6; // above this, cells show that they stand verbatim
const GAP = 2;
const WIDEST = 28;
const NARROWEST = 2;

// Draws and returns the layout: { step, each, total }.
export function drawCells(canvas, cells, verbatim, starts) {
  const width = canvas.clientWidth;
  const scale = devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(HEIGHT * scale);
  const total = cells.length;
  const room = Math.max(1, Math.floor(width / (NARROWEST + 1)));
  const each = Math.max(1, Math.ceil(total / room));
  const columns = Math.ceil(total / each);
  const step = Math.min(WIDEST + GAP, width / columns);
  const gap = step > 8 ? GAP : 1;
  const pen = canvas.getContext('2d');
  pen.scale(scale, scale);
  const colours = { cached: colour('--cached'), encoded: colour('--encoded'), pending: colour('--pending'), verbatim: colour('--verbatim') };
  const snap = (x) => Math.round(x * scale) / scale;
  for (let column = 0; column < columns; column++) {
    const first = column * each;
    const last = Math.min(total, first + each);
    const left = snap(column * step);
    drawColumn(pen, left, snap((column + 1) * step) - left - gap, tally(cells, verbatim, first, last), colours);
  }
  pen.fillStyle = colour('--ink-soft');
  for (const start of starts.slice(1)) pen.fillRect(snap(Math.floor(start / each) * step - gap), 0, gap > 1 ? 1 : 0.75, HEIGHT);
  return { step, each, total };
}

function tally(cells, verbatim, first, last) {
  const n = { cached: 0, encoded: 0, verbatim: 0, all: last - first };
  for (let i = first; i < last; i++) {
    if (cells[i] === CACHED) n.cached++;
    else if (cells[i] === ENCODED) n.encoded++;
    n.verbatim += verbatim[i];
  }
  return n;
}

// A column from its foot: cached, encoded, the rest pending; verbatim rises above the others.
function drawColumn(pen, x, width, n, colours) {
  const full = HEIGHT - TOP;
  if (n.verbatim === n.all) {
    pen.fillStyle = colours.verbatim;
    pen.fillRect(x, 0, width, HEIGHT);
    return;
  }
  let foot = HEIGHT;
  for (const kind of ['cached', 'encoded']) {
    const height = (full * n[kind]) / n.all;
    pen.fillStyle = colours[kind];
    pen.fillRect(x, foot - height, width, height);
    foot -= height;
  }
  if (foot > TOP + 0.5) {
    pen.fillStyle = colours.pending;
    pen.fillRect(x, TOP, width, foot - TOP);
  }
  if (n.verbatim) {
    pen.fillStyle = colours.verbatim;
    pen.fillRect(x, 0, width, TOP + Math.max(3, (full * n.verbatim) / n.all));
  }
}

// The chunks of the cell at `x`, or null beside the cells.
export function cellAt({ step, each, total }, x) {
  const first = Math.floor(x / step) * each;
  return first >= 0 && first < total ? { first, last: Math.min(total, first + each) - 1 } : null;
}
