// Looking at a page as the people do who have to use it: on a desk and a phone, in the light and the dark, with
// axe-core's eyes too. The pictures stay, for the manual and for whoever wants to look again.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import axe from 'axe-core';

import { DESKTOP, PHONE, TABLET } from './person.mjs';

const pictures = process.env.SEKISHO_SCREENSHOTS ?? path.resolve(import.meta.dirname, '../target/e2e');
const GRAVE = new Set(['serious', 'critical']);

// In the dark only the colours are others.
const COLOURS = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } };
// A page that waits for us looks again by itself, also without scripts; nothing typed is lost by it.
const WAITING = { rules: { 'meta-refresh': { enabled: false } } };

/** Takes the pictures of one story and checks each page on the way. */
export class Album {
  #folder;
  #locale;
  #count = 0;

  constructor(story, locale) {
    this.#locale = locale;
    this.#folder = path.join(pictures, locale, story);
    fs.rmSync(this.#folder, { recursive: true, force: true });
    fs.mkdirSync(this.#folder, { recursive: true });
  }

  /** Checks `page` in all its forms; `waits`: it refreshes itself by design. */
  async look(page, name, { waits = false } = {}) {
    this.#count += 1;
    await this.#speaks(page, name);
    for (const [form, viewport, colorScheme, rules] of [
      ['desktop', DESKTOP, 'light', waits ? WAITING : {}],
      ['dark', DESKTOP, 'dark', COLOURS],
      ['phone', PHONE, 'light', waits ? WAITING : {}],
    ]) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await this.#keep(page, name, form);
      assert.deepEqual(await graveFindings(page, rules), [], `axe-core on ${name}, ${form}`);
      assert.ok(await fitsItsWidth(page), `${name} scrolls sideways at ${viewport.width} px (${form})`);
    }
    await page.setViewportSize(TABLET);
    assert.ok(await fitsItsWidth(page), `${name} scrolls sideways at ${TABLET.width} px`);
    await page.setViewportSize(DESKTOP);
    await page.emulateMedia({ colorScheme: 'light' });
  }

  /** One picture on a desk, for a page that has been looked at in another way already. */
  async glance(page, name) {
    this.#count += 1;
    await this.#speaks(page, name);
    await this.#keep(page, name, 'desktop');
  }

  async #speaks(page, name) {
    assert.equal(await page.locator('html').getAttribute('lang'), this.#locale, `language of ${name}`);
    assert.notEqual((await page.title()).trim(), '', `${name} has a title`);
  }

  async #keep(page, name, form) {
    const number = String(this.#count).padStart(2, '0');
    // The manual takes those of the desktop; the others are only looked at, and JPEG costs half the time.
    const kind = form === 'desktop' ? 'png' : 'jpeg';
    await page.screenshot({ path: path.join(this.#folder, `${number}-${name}-${form}.${kind}`), fullPage: true });
  }
}

async function graveFindings(page, rules) {
  // Evaluated, not added as a script element: our pages' content security policy would rightly refuse that.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (options) => globalThis.axe.run(document, { resultTypes: ['violations'], ...options }),
    rules,
  );
  return violations
    .filter((violation) => GRAVE.has(violation.impact))
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' | ')}`);
}

function fitsItsWidth(page) {
  return page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
}
