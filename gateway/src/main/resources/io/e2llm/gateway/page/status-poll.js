// Asks for /v1/status: every 2 s while the status is shown, else now and then, and never while the tab is hidden.
import { getStatus } from './api.js';

const OFTEN = 2000;
const SELDOM = 20_000;
const listeners = new Set();
let latest = null;
let often = false;
let timer = null;
let asking = false;

export const latestStatus = () => latest;

// Calls back with (status or null, error or null).
export function onStatus(listener) {
  listeners.add(listener);
}

export function pollOften(wanted) {
  often = wanted;
  ask();
}

export const askNow = () => ask();

async function ask() {
  clearTimeout(timer);
  if (document.hidden || asking) return;
  asking = true;
  const begun = performance.now();
  let error = null;
  try {
    latest = await getStatus(AbortSignal.timeout(10_000));
  } catch (failure) {
    error = failure;
    latest = null;
  }
  asking = false;
  for (const listener of listeners) listener(latest, error);
  timer = setTimeout(ask, Math.max(200, (often ? OFTEN : SELDOM) - (performance.now() - begun)));
}

export function startPolling() {
  document.addEventListener('visibilitychange', ask);
  addEventListener('online', ask);
  addEventListener('offline', ask);
  ask();
}
