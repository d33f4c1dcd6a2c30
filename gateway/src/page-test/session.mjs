// One browser context with the page in it, and what the tests do there.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = process.env.PAGE_SHOTS;
const KEY = process.env.PAGE_KEY;
if (SHOTS) mkdirSync(SHOTS, { recursive: true });

export function openBrowser() {
  const root = process.getuid?.() === 0;
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: root ? ['--no-sandbox'] : [] });
}

// What axe finds that is serious or critical, as "rule: where".
export async function findings(page) {
  await page.waitForTimeout(300);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.target.join(' ')} ${node.failureSummary}`));
}

export class Session {
  static async open(browser, url, { width = 1280, colorScheme = 'light' } = {}) {
    const phone = width < 500;
    const context = await browser.newContext({
      viewport: { width, height: phone ? 844 : 900 }, colorScheme, hasTouch: phone, isMobile: phone, deviceScaleFactor: phone ? 2 : 1, reducedMotion: 'reduce',
    });
    const session = new Session();
    Object.assign(session, { context, url, width, colorScheme, problems: [], uploaded: new Set(), page: await context.newPage() });
    const { page } = session;
    page.setDefaultTimeout(30_000);
    page.on('console', (m) => m.type() === 'error' && session.problems.push(`console: ${m.text()}`));
    page.on('pageerror', (e) => session.problems.push(`page: ${e.stack}`));
    page.on('request', (r) => r.method() === 'PUT' && session.uploaded.add(new URL(r.url()).pathname));
    await page.addInitScript((key) => {
      addEventListener('securitypolicyviolation', (e) => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
      if (key) sessionStorage.setItem('e2llm.api-key', JSON.stringify(key));
    }, KEY);
    await page.goto(url);
    await page.locator('#question').waitFor();
    await page.locator('.empty, .turn').first().waitFor();
    return session;
  }

  async close() {
    const headers = KEY ? { Authorization: `Bearer ${KEY}` } : {};
    for (const path of this.uploaded) await fetch(this.url + path, { method: 'DELETE', headers }).catch(() => {});
    await this.context.close();
  }

  async upload(file) {
    await this.page.setInputFiles('#chooser', file);
    await this.page.locator('.document[data-state="ready"]', { hasText: file.name }).first().waitFor({ timeout: 120_000 });
  }

  async ask(question) {
    await this.page.locator('#question').fill(question);
    await this.page.locator('#question').press('Enter');
  }

  // Resolves once no answer is under way and the last one is whole.
  async answered() {
    await this.page.locator('.messages:not([data-running]) .turn.answer[data-state="done"]').last().waitFor({ timeout: 120_000 });
    await this.page.locator('.send[data-busy="false"]').waitFor();
    await this.page.waitForTimeout(300);
  }

  async settings(values) {
    await this.page.getByRole('button', { name: 'Settings' }).click();
    for (const [selector, value] of Object.entries(values)) {
      const control = this.page.locator(`#settings ${selector}`);
      if (value === true) await control.check();
      else if (await control.evaluate((c) => c.tagName === 'SELECT')) await control.selectOption(value);
      else await control.fill(value);
    }
    await this.page.keyboard.press('Escape');
  }

  paste(text) {
    return this.page.evaluate((words) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', words);
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  }

  // Every text that an element with this selector has shown, from now until two seconds from now.
  texts(selector) {
    return this.page.evaluate((wanted) => new Promise((resolve) => {
      const seen = new Set();
      const look = () => document.querySelectorAll(wanted).forEach((e) => seen.add(e.textContent));
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
      setTimeout(() => resolve([...seen]), 2000);
    }), selector);
  }

  // The accessible name, as far as tests need it, of what has the focus.
  focused() {
    return this.page.evaluate(() => {
      const e = document.activeElement;
      return e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent.trim();
    });
  }

  // Screenshots in both schemes.
  async shot(name) {
    if (!SHOTS) return;
    for (const colorScheme of ['light', 'dark']) {
      await this.page.emulateMedia({ colorScheme });
      await this.page.waitForTimeout(150);
      await this.page.screenshot({ path: join(SHOTS, `${name}-${this.width}-${colorScheme}.png`) });
    }
    await this.page.emulateMedia({ colorScheme: this.colorScheme });
  }
}
