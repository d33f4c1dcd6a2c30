// The status view: tiers, what they have done since they started, and charts of what they do now.
import { Chart } from './charts.js';
import { element, find } from './dom.js';
import { errorCard } from './error-card.js';
import { count, counted, decimal, duration, percent } from './format.js';
import { Rates } from './rates.js';
import { onPlace } from './router.js';
import { onStatus, pollOften, startPolling } from './status-poll.js';

const rates = new Rates();
const BUNDLES = { none: 'none installed', untrained: 'installed, untrained', trained: 'installed, trained' };

export function startStatus() {
  const charts = {
    tokens: new Chart('Tokens generated per second', [{ name: 'generated', label: 'generated', colour: '--encoded' }]),
    chunks: new Chart('Chunks per second', [
      { name: 'cached', label: 'from a cache', colour: '--encoded' },
      { name: 'encoded', label: 'encoded', colour: '--verbatim', dash: [5, 4] }]),
    running: new Chart('Answers under way', [{ name: 'running', label: 'running', colour: '--encoded' }], { whole: true }),
  };
  const head = element('div', { class: 'status-head' });
  const cards = element('div', { class: 'status-cards' });
  find('#status-view').append(element('div', { class: 'status-inner', tabindex: -1 },
    head, cards, element('div', { class: 'status-charts' }, ...Object.values(charts).map((c) => c.node))));

  let shown = false;
  onPlace((place) => {
    const now = place === 'status';
    if (now !== shown) pollOften(now);
    if (shown && !now) rates.pause();
    shown = now;
  });
  onStatus((status, error) => {
    health(status, error);
    if (!shown) return;
    if (!status) {
      rates.pause();
      head.replaceChildren(errorCard(error, () => pollOften(true)));
      cards.hidden = true;
      return;
    }
    rates.add(status);
    cards.hidden = false;
    head.replaceChildren(headline(status));
    cards.replaceChildren(...facts(status));
    draw(charts, status);
  });
  startPolling();
}

function headline(status) {
  return element('p', { class: 'headline', 'data-ready': String(status.ready) },
    status.ready ? 'Ready to answer.' : 'Not ready: a tier is missing.',
    element('span', { class: 'meta' }, ` Up for ${duration(status.uptime_seconds)}. Updated every two seconds.`));
}

function facts(status) {
  const { answers, chunks, tokens } = status;
  return [
    card('Encoders', tier(status.encoders), status.encoder_model),
    card('Decoders', tier(status.decoders), `${status.decoder_model}, window of ${counted(status.window, 'token')}`),
    card('Context mode', status.default_context_mode,
      `Adapter bundle ${BUNDLES[status.bundle] ?? status.bundle}${status.ratios.length ? `; ratios ${status.ratios.join(', ')}` : ''}`),
    card('Answers under way', `${count(answers.running)} of ${count(answers.limit)}`,
      answers.running >= answers.limit ? 'The limit is reached: further questions are refused' : 'Beyond that, questions are refused'),
    card('Chunks found in a cache', percent(chunks.cached, chunks.cached + chunks.encoded),
      `${count(chunks.cached)} found, ${count(chunks.encoded)} encoded`),
    card('Tokens generated', count(tokens.generated), `after reading ${count(tokens.prompt)} of text and ${count(tokens.soft)} soft`),
  ];
}

const card = (title, value, note) => element('section', { class: 'card' },
  element('h3', {}, title), element('p', { class: 'card-value' }, value), element('p', { class: 'meta' }, note));

// Workers of a tier, each as a mark and counted in words.
function tier(workers) {
  const serving = workers.filter((w) => w.state === 'serving').length;
  return element('span', { class: 'tier' },
    workers.length ? `${count(serving)} of ${count(workers.length)} serving` : 'none found',
    element('span', { class: 'workers', 'aria-hidden': 'true' }, ...workers.slice(0, 48).map((w) => element('i', { 'data-state': w.state, title: w.state }))));
}

function draw({ tokens, chunks, running }, status) {
  const rate = (name) => (rates.now(name) === null ? null : decimal(rates.now(name)));
  tokens.show(rates.series('generated'), rate('generated') ?? 'measuring');
  chunks.show(rates.series('cached', 'encoded'), rate('cached') === null ? 'measuring' : `${rate('cached')} cached, ${rate('encoded')} encoded`);
  running.show(rates.series('running'), count(status.answers.running));
}

// The word beside "Status" in the sidebar.
function health(status, error) {
  const [state, word] = status ? (status.ready ? ['good', 'ready'] : ['bad', 'not ready'])
    : error?.status === 401 || error?.status === 403 ? ['bad', 'key needed'] : ['bad', navigator.onLine ? 'unreachable' : 'offline'];
  const place = find('#health');
  place.textContent = word;
  place.dataset.health = state;
}
