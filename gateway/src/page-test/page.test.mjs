// Browser tests of the page. Environment: PAGE_URL (a gateway to test; else the stub is started), PAGE_KEY (its API key),
// PAGE_SHOTS (a folder for screenshots), CHROMIUM (default /usr/bin/chromium).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings, openBrowser, Session } from './session.mjs';
import { startStub } from './stub.mjs';

const TEXT = Array.from({ length: 400 }, (_, i) => `Sentence ${i}: the 𝔸𝔹ℂ survey found ${i * 7} valves — ${i % 9} of them open. 🌊`).join(' ');
const FILE = { name: 'Survey of valves.txt', mimeType: 'text/plain', buffer: Buffer.from(TEXT) };
const REAL = process.env.PAGE_URL;
const onStub = { skip: REAL ? 'only the stub does this' : false };
let stub;
let browser;

before(async () => {
  stub = REAL ? { url: REAL, close() {} } : await startStub({ delay: 4, seed: true });
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await stub?.close();
});

// One browser context each, closed whatever happens; nothing may be logged as an error unless `expected` names it.
function pageTest(name, work, { options = {}, skip = false, expected = [], url = () => stub.url } = {}) {
  test(name, { skip, timeout: 180_000 }, async () => {
    const session = await Session.open(browser, url(), options);
    try {
      await work(session, session.page);
      assert.deepEqual(session.problems.filter((p) => !expected.some((e) => p.includes(e))), []);
    } finally {
      await session.close();
    }
  });
}

pageTest('an upload shows its progress and becomes part of the conversation', async (session, page) => {
  const seen = session.texts('.document-progress .document-meta');
  await session.upload(FILE);
  assert.ok((await seen).some((text) => /Sending|Reading|Encoding/.test(text)), 'progress was shown');
  assert.ok(await page.getByLabel(FILE.name, { exact: true }).isChecked());
  assert.match(await page.locator('.strip-figures').innerText(), /[\d,]+ tokens in [\d,]+ chunks?/);
  await page.getByRole('button', { name: `Pin ${FILE.name}` }).click();
  await page.getByRole('button', { name: `Unpin ${FILE.name}` }).waitFor();
  await page.getByRole('button', { name: `Remove ${FILE.name}` }).click();
  await page.locator('#confirm').getByRole('button', { name: 'Remove' }).click();
  await page.getByLabel(FILE.name, { exact: true }).waitFor({ state: 'detached' });
});

pageTest('an answer streams, says what became of the context, and cites passages by code points', async (session, page) => {
  await session.upload(FILE);
  await session.settings({ '#context-mode': 'retrieval' });
  await session.ask('How many valves were open?');
  await session.answered();
  assert.match(await page.locator('.prose').innerText(), /\S/);
  assert.match(await page.locator('.strip-figures').innerText(), /tokens → /);
  assert.match(await page.locator('.strip-canvas').getAttribute('aria-label'), /chunks?: .*verbatim/);
  await page.locator('.citation').first().click();
  await page.locator('#cited').waitFor();
  const where = await page.locator('#passage .meta').innerText();
  const [begin, end] = where.match(/[\d,]+/g).map((n) => Number(n.replaceAll(',', '')));
  assert.equal(await page.locator('#cited').textContent(), Array.from(TEXT).slice(begin, end).join(''));
  await session.shot('passage');
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#passage').evaluate((d) => d.open), false);
});

pageTest('stopping ends an answer and keeps what had come', async (session, page) => {
  await session.settings({ '#max-tokens': '400' });
  await session.ask('Tell me at length, in many paragraphs, what a survey is.');
  await page.locator('.answer[data-state="streaming"]').waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.locator('.answer[data-state="stopped"]').waitFor();
  assert.match(await page.locator('.note').innerText(), /Stopped/);
  assert.match(await page.locator('.prose').innerText(), /\S/);
  await session.ask('And again at length, please.');
  await page.locator('.answer[data-state="streaming"]').waitFor({ timeout: 60_000 });
  await page.keyboard.press('Escape');
  await page.locator('.answer[data-state="streaming"]').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.answer[data-state="stopped"]').count(), 2);
});

pageTest('a question can be edited and asked again; the first version stays', async (session, page) => {
  await session.ask('What is a valve?');
  await session.answered();
  await page.locator('.question').hover();
  await page.getByRole('button', { name: 'Edit and ask again' }).click();
  await page.locator('.edit-text').fill('What is a pump?');
  await page.locator('.edit-text').press('Enter');
  await page.getByRole('heading', { name: 'What is a pump?', level: 2 }).waitFor();
  await session.answered();
  assert.equal(await page.locator('.question .versions').innerText(), '2 of 2');
  await page.getByRole('button', { name: 'Version before' }).click();
  await page.getByRole('heading', { name: 'What is a valve?', level: 2 }).waitFor();
  await page.locator('.answer').getByRole('button', { name: 'Ask again' }).click();
  await session.answered();
  assert.equal(await page.locator('.answer .versions').innerText(), '2 of 2');
});

pageTest('conversations are kept, renamed and deleted', async (session, page) => {
  await session.ask('What is kept?');
  await session.answered();
  const answer = await page.locator('.prose').innerText();
  await page.reload();
  await page.getByRole('heading', { name: 'What is kept?', level: 2 }).waitFor();
  assert.equal(await page.locator('.prose').innerText(), answer);
  await page.locator('.conversation').hover();
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.locator('.rename').fill('Things that stay');
  await page.locator('.rename').press('Enter');
  await page.reload();
  await page.locator('.conversation').hover();
  await page.getByRole('link', { name: 'Things that stay' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.locator('.conversation').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('link', { name: 'Things that stay' }).waitFor();
});

pageTest('long pasted text becomes a document, or goes into the question', async (session, page) => {
  await page.locator('#question').focus();
  await session.paste(TEXT);
  await page.getByLabel(/^Pasted: Sentence 0/, { exact: false }).first().waitFor();
  assert.equal(await page.locator('#question').inputValue(), '');
  await page.getByRole('button', { name: 'Put it in the question' }).click();
  assert.equal(await page.locator('#question').inputValue(), TEXT);
});

pageTest('settings reach the request and stay', async (session, page) => {
  await session.settings({ '#context-mode': 'text', '#temperature': '0.5', '#max-tokens': '33', '#system-message': 'Answer in one word.' });
  const request = page.waitForRequest('**/v1/chat/completions');
  await session.ask('What colour is the lake?');
  const sent = (await request).postDataJSON();
  assert.equal(sent.context_mode, 'text');
  assert.equal(sent.temperature, 0.5);
  assert.equal(sent.max_tokens, 33);
  assert.deepEqual(sent.messages, [{ role: 'system', content: 'Answer in one word.' }, { role: 'user', content: 'What colour is the lake?' }]);
  await session.answered();
  await page.reload();
  assert.equal(await page.locator('.mode').innerText(), 'Mode: text');
});

pageTest('colours follow the system until one is chosen', async (session, page) => {
  const paper = () => page.evaluate(() => getComputedStyle(document.querySelector('.main')).backgroundColor);
  const light = await paper();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction((before) => getComputedStyle(document.querySelector('.main')).backgroundColor !== before, light);
  await session.settings({ '#scheme': 'light' });
  assert.equal(await paper(), light);
  await page.reload();
  assert.equal(await paper(), light);
});

pageTest('everything can be done with the keyboard', async (session, page) => {
  await page.locator('body').evaluate((body) => {
    body.tabIndex = -1;
    body.focus();
    body.removeAttribute('tabindex');
  });
  await page.keyboard.press('Tab');
  assert.equal(await session.focused(), 'Skip to the question');
  await page.keyboard.press('Enter');
  assert.equal(await session.focused(), 'Question');
  await page.keyboard.type('First line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second line');
  await page.keyboard.press('Enter');
  await session.answered();
  assert.equal(await page.locator('.question-text').innerText(), 'First line\nsecond line');
  const names = [];
  for (let i = 0; i < 14; i++) {
    await page.keyboard.press('Shift+Tab');
    names.push(await session.focused());
  }
  for (const name of ['Ask again', 'Copy answer', 'Edit and ask again', 'Messages', 'Settings']) assert.ok(names.includes(name), `${name} in ${names.join(', ')}`);
  await page.getByRole('button', { name: 'Settings' }).press('Enter');
  assert.equal(await session.focused(), 'Context mode');
  await page.keyboard.press('Escape');
  assert.equal(await session.focused(), 'Settings');
});

for (const width of [390, 1280, 1720]) {
  pageTest(`the page fits ${width} pixels`, async (session, page) => {
    const fits = async () => assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no sideways scrolling');
    await session.shot('empty');
    await fits();
    if (width < 1180) await page.locator('.documents-button').click();
    await session.upload(FILE);
    await session.shot('documents');
    if (width < 1180) await page.keyboard.press('Escape');
    await session.ask('How many valves were open, and where does it say so? Answer in markdown.');
    await session.answered();
    await session.shot('conversation');
    await fits();
    await page.locator('.strip').waitFor();
    if (width < 900) await page.locator('.menu-button').click();
    await page.getByRole('link', { name: 'Status' }).click();
    await page.locator('.status-cards .card').nth(5).waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.chart canvas').length === 3);
    await page.waitForTimeout(4500);
    await session.shot('status');
    await fits();
  }, { options: { width } });
}

for (const colorScheme of ['light', 'dark']) {
  pageTest(`axe finds nothing serious, ${colorScheme}`, async (session, page) => {
    assert.deepEqual(await findings(page), [], 'empty');
    await session.upload(FILE);
    await session.settings({ '#context-mode': 'retrieval' });
    await session.ask('How many valves were open? Use markdown.');
    await session.answered();
    assert.deepEqual(await findings(page), [], 'conversation');
    await page.locator('.citation').first().click();
    await page.locator('#cited').waitFor();
    assert.deepEqual(await findings(page), [], 'passage');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Settings' }).click();
    assert.deepEqual(await findings(page), [], 'settings');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Status' }).click();
    await page.locator('.status-cards .card').nth(5).waitFor();
    assert.deepEqual(await findings(page), [], 'status');
  }, { options: { colorScheme } });
}

pageTest('answers cannot bring scripts, markup or pictures from elsewhere', async (session, page) => {
  const elsewhere = [];
  page.on('request', (r) => !/^(data|blob):/.test(r.url()) && new URL(r.url()).origin !== new URL(stub.url).origin && elsewhere.push(r.url()));
  await session.ask('Show markdown');
  await session.answered();
  assert.equal(await page.evaluate(() => window.broken), undefined);
  assert.deepEqual(elsewhere, []);
  assert.equal(await page.locator('.prose img, .prose script, .prose [style]').count(), 0);
  const link = page.locator('.prose a');
  assert.equal(await link.count(), 1);
  assert.match(await link.getAttribute('rel'), /noopener/);
  assert.match(await page.locator('.prose').innerText(), /<script>window\.broken/);
}, onStub);

pageTest('errors say what to do next', async (session, page) => {
  for (const [question, title, action] of [
    ['error 503', 'No encoder or decoder answers', 'See the status'],
    ['error 429', 'The gateway is busy', 'Try again'],
    ['this is too long', 'The documents do not fit as text', 'Open settings'],
    ['it fails late', 'No encoder or decoder answers', 'See the status'],
    ['it breaks off', 'The connection ended before the answer did', 'Try again'],
  ]) {
    await session.ask(question);
    const card = page.locator('.error-card').last();
    await card.getByText(title).waitFor();
    await card.getByRole('button', { name: action }).waitFor();
    await page.locator('.send[data-busy="false"]').waitFor();
    if (question === 'error 503') await session.shot('error');
    await page.goto(`${stub.url}/#/`);
  }
  await page.setInputFiles('#chooser', { name: 'picture.png', mimeType: 'image/png', buffer: Buffer.from('x') });
  await page.getByText('This type of file cannot be read').waitFor();
  await page.setInputFiles('#chooser', { name: 'scanned.pdf', mimeType: 'application/pdf', buffer: Buffer.from('x') });
  await page.getByText('This file has no text').waitFor();
}, { ...onStub, expected: ['Failed to load resource', 'net::ERR'] });

pageTest('20,000 chunks are shown as cells that stand for several', async (session, page) => {
  await page.getByLabel('Correspondence archive 1998–2021.txt', { exact: true }).check();
  await page.locator('.strip-hint').getByText(/Each cell stands for \d+ chunks/).waitFor();
  await session.ask('What does the archive say?');
  await session.answered();
  assert.match(await page.locator('.strip-figures').innerText(), /2,4\d\d,\d{3} tokens → 305,\d{3} soft tokens/);
  assert.match(await page.locator('.strip-legend').innerText(), /14,\d{3} cached/);
  await session.shot('20000-chunks');
  await page.locator('.strip-canvas').click({ position: { x: 200, y: 15 } });
  await page.locator('#cited').waitFor();
}, onStub);

test('a key is asked for, kept for the tab, and remembered when told to', onStub, async () => {
  const locked = await startStub({ delay: 2, key: 'open sesame' });
  const session = await Session.open(browser, locked.url);
  const { page } = session;
  try {
    await page.getByText('This gateway wants an API key').waitFor();
    await session.ask('Who is there?');
    await page.getByRole('button', { name: 'Enter the key' }).click();
    assert.equal(await session.focused(), 'API key');
    await page.keyboard.type('open sesame');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Try again' }).last().click();
    await session.answered();
    assert.equal(await page.evaluate(() => localStorage.getItem('e2llm.api-key')), null);
    await session.settings({ '#remember-key': true });
    assert.match(await page.evaluate(() => localStorage.getItem('e2llm.api-key')), /sesame/);
  } finally {
    await session.close();
    await locked.close();
  }
});
