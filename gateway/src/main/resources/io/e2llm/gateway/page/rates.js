// Rates out of counters: what grew between two states of the gateway, by second.
const KEPT = 64; // two minutes at one every two seconds

export class Rates {
  constructor() {
    this.times = [];
    this.rows = []; // { generated, prompt, encoded, cached, running }
    this.last = null;
  }

  add(status, now = Date.now() / 1000) {
    const counters = {
      generated: status.tokens.generated, prompt: status.tokens.prompt + status.tokens.soft,
      encoded: status.chunks.encoded, cached: status.chunks.cached,
    };
    const restarted = this.last && status.uptime_seconds < this.last.uptime;
    if (this.last && !restarted && now > this.last.now) {
      const row = { running: status.answers.running };
      for (const name of Object.keys(counters)) row[name] = Math.max(0, counters[name] - this.last.counters[name]) / (now - this.last.now);
      this.times.push(now);
      this.rows.push(row);
      if (this.times.length > KEPT) {
        this.times.shift();
        this.rows.shift();
      }
    }
    this.last = { now, counters, uptime: status.uptime_seconds };
  }

  // After a while without answers, differences would tell of more than one interval.
  pause() {
    this.last = null;
  }

  series(...names) {
    return [this.times, ...names.map((name) => this.rows.map((row) => row[name]))];
  }

  now(name) {
    return this.rows.at(-1)?.[name] ?? null;
  }
}
