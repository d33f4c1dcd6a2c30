// Line charts of the last two minutes, drawn by uPlot in the page's colours.
import uPlot from '/lib/uplot.js';
import { element } from './dom.js';
import { decimal } from './format.js';
import { colour, onColours } from './theme.js';

const HEIGHT = 150;
const SPAN = 120; // seconds

// A card with a title, the present value in words, and the lines: [{ name, label, colour }]. `whole`: counts, not rates.
export class Chart {
  constructor(title, lines, { whole = false } = {}) {
    this.whole = whole;
    this.title = title;
    this.lines = lines;
    this.value = element('p', { class: 'chart-value' }, '–');
    this.place = element('div', { class: 'chart-place', role: 'img', 'aria-label': title });
    this.node = element('section', { class: 'chart card' },
      element('div', { class: 'chart-head' }, element('h3', {}, title), this.value), this.place,
      lines.length > 1 && element('ul', { class: 'chart-legend' }, ...lines.map((line) => element('li', { 'data-line': line.name }, line.label))));
    this.data = [[], ...lines.map(() => [])];
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(this.place);
    onColours(() => this.draw(true));
  }

  size() {
    return { width: Math.max(160, this.place.clientWidth), height: HEIGHT };
  }

  show(data, words) {
    this.data = data;
    this.value.textContent = words;
    this.place.setAttribute('aria-label', `${this.title}: now ${words}`);
    this.draw();
  }

  draw(anew = false) {
    if (anew || !this.plot) {
      this.plot?.destroy();
      this.plot = this.place.clientWidth ? new uPlot(this.options(), this.data, this.place) : null;
    } else {
      this.plot.setData(this.data);
    }
  }

  options() {
    const axis = { stroke: colour('--ink-soft'), font: `11px ${getComputedStyle(document.body).fontFamily}`, ticks: { show: false } };
    const steps = this.whole ? { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] } : {};
    return {
      ...this.size(),
      cursor: { show: false },
      legend: { show: false },
      padding: [10, 4, 0, 0],
      scales: {
        x: { range: () => [Date.now() / 1000 - SPAN, Date.now() / 1000] },
        y: { range: (_, low, high) => [0, Math.max(1, (high || 0) * 1.15)] },
      },
      axes: [
        { ...axis, grid: { show: false }, size: 24, splits: marks, values: (_, ticks) => ticks.map(ago) },
        { ...axis, size: 44, ...steps, grid: { stroke: colour('--line'), width: 1 }, values: (_, ticks) => ticks.map(decimal) },
      ],
      series: [{}, ...this.lines.map((line) => ({
        label: line.label, stroke: colour(line.colour), width: 1.75, points: { show: false },
        dash: line.dash, fill: line.dash ? undefined : colour(`${line.colour}-wash`),
      }))],
    };
  }
}

// Where times are written: 90, 60 and 30 seconds ago.
function marks() {
  const now = Date.now() / 1000;
  return [90, 60, 30].map((seconds) => now - seconds);
}

const ago = (time) => `−${Math.round((Date.now() / 1000 - time) / 10) * 10} s`;
