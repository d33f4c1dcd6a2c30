// Numbers, sizes and times as people read them. The page is in English, and so are its numbers.
const whole = new Intl.NumberFormat('en');
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export const count = (n) => whole.format(Math.round(n ?? 0));
export const decimal = (n) => tenth.format(n);
export const counted = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;
export const percent = (part, all) => (all ? `${Math.round((100 * part) / all)}%` : '–');

export function bytes(n) {
  if (n < 1000) return `${n} B`;
  if (n < 1_000_000) return `${tenth.format(n / 1000)} kB`;
  return `${tenth.format(n / 1_000_000)} MB`;
}

export function milliseconds(ms) {
  return ms < 1000 ? `${count(ms)} ms` : `${tenth.format(ms / 1000)} s`;
}

// 93784 seconds as "1 d 2 h": the two largest units.
export function duration(seconds) {
  const units = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return '0 s';
  let rest = Math.floor(seconds);
  return units.slice(first, first + 2).map(([unit, size]) => {
    const n = Math.floor(rest / size);
    rest -= n * size;
    return n ? `${n} ${unit}` : '';
  }).filter(Boolean).join(' ');
}

export const largestUnit = (seconds) => duration(seconds).split(' ').slice(0, 2).join(' ');

// The day of a conversation, as a heading of the list.
export function day(time, now = Date.now()) {
  const start = new Date(now).setHours(0, 0, 0, 0);
  if (time >= start) return 'Today';
  if (time >= start - 86_400_000) return 'Yesterday';
  if (time >= start - 6 * 86_400_000) return 'Earlier this week';
  return new Date(time).toLocaleDateString('en', { month: 'long', year: 'numeric' });
}
