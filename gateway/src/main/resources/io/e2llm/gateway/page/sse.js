// Server-sent events out of text that comes in pieces, cut anywhere.
export class EventParser {
  #rest = '';

  // The events that are complete once `text` has come: [{ event, data }].
  push(text) {
    this.#rest += text;
    const events = [];
    for (;;) {
      const blank = /\r?\n\r?\n/.exec(this.#rest);
      if (!blank) return events;
      const event = parse(this.#rest.slice(0, blank.index));
      this.#rest = this.#rest.slice(blank.index + blank[0].length);
      if (event) events.push(event);
    }
  }
}

function parse(block) {
  let event = 'message';
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith(':')) continue;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  }
  return data.length ? { event, data: data.join('\n') } : null;
}

// Events of a fetch response, one after the other.
export async function* eventsOf(response) {
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
