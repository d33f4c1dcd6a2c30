// What OpenAI's npm package does against a gateway. Usage: openai-client.mjs BASE_URL
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: process.argv[2], apiKey: 'unused', maxRetries: 0 });
const messages = [{ role: 'user', content: 'Where does the office move to?' }];
const documents = [{ id: 'note', text: 'In March the board decided to move the office to Lisbon.' }];

const models = (await client.models.list()).data;
const model = models.find((each) => each.generates).id;

// Whole and streamed: the same text, greedily.
const asked = { model, messages, documents, context_mode: 'retrieval', temperature: 0, max_completion_tokens: 16 };
const whole = await client.chat.completions.create(asked);
const text = whole.choices[0].message.content;
assert.ok(text.length > 0);
assert.equal(whole.citations[0].document, 'note');
let streamed = '';
let usage;
for await (const chunk of await client.chat.completions.create({
  ...asked, stream: true, stream_options: { include_usage: true },
})) {
  usage = chunk.usage ?? usage;
  for (const choice of chunk.choices) streamed += choice.delta.content ?? '';
}
assert.equal(streamed, text);
assert.equal(usage.total_tokens, whole.usage.total_tokens);

// A stream that is left before its end.
const stream = await client.chat.completions.create({ model, messages, max_completion_tokens: 400, stream: true });
for await (const chunk of stream) {
  assert.ok(chunk.choices.length > 0);
  break;
}

const encoder = models.find((each) => each.embeds).id;
const embedded = await client.embeddings.create({ model: encoder, input: 'red roof' });
assert.ok(Math.abs(embedded.data[0].embedding.reduce((sum, v) => sum + v * v, 0) - 1) < 1e-3);

await assert.rejects(
  client.chat.completions.create({ model: 'gpt-9', messages }),
  (e) => e instanceof OpenAI.NotFoundError && e.code === 'model_not_found',
);
console.log('openai-client: models, chat, streams, embeddings and errors');
