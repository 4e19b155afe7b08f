// Looking at a page as the people do who have to use it: on a desk and a phone, in the light and the dark, with
// axe-core's eyes too. The pictures stay, for the manual and for whoever wants to look again.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import axe from 'axe-core';

import { DESKTOP, PHONE } from './person.mjs';

const pictures = process.env.SEKISHO_SCREENSHOTS ?? path.resolve(import.meta.dirname, '../target/e2e');
const GRAVE = new Set(['serious', 'critical']);

/** Takes the pictures of one story and checks each page on the way. */
export class Album {
  #folder;
  #count = 0;
  #scripts;

  /** `scripts`: the page's switch, where its scripts are off; axe-core needs them for its look. */
  constructor(story, locale, { scripts } = {}) {
    this.#scripts = scripts;
    this.#folder = path.join(pictures, locale, story);
    fs.rmSync(this.#folder, { recursive: true, force: true });
    fs.mkdirSync(this.#folder, { recursive: true });
  }

  /** Checks `page` in all its forms; `locale` is the language it has to be in. */
  async look(page, name, { locale } = {}) {
    this.#count += 1;
    const number = String(this.#count).padStart(2, '0');
    if (locale) {
      assert.equal(await page.locator('html').getAttribute('lang'), locale, `language of ${name}`);
    }
    assert.notEqual((await page.title()).trim(), '', `${name} has a title`);
    for (const [form, viewport, colorScheme] of [
      ['desktop', DESKTOP, 'light'],
      ['dark', DESKTOP, 'dark'],
      ['phone', PHONE, 'light'],
    ]) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: path.join(this.#folder, `${number}-${name}-${form}.png`), fullPage: true });
      assert.deepEqual(await this.#graveFindings(page), [], `axe-core on ${name}, ${form}`);
      assert.ok(await fitsItsWidth(page), `${name} scrolls sideways at ${viewport.width} px (${form})`);
    }
    await page.setViewportSize(DESKTOP);
    await page.emulateMedia({ colorScheme: 'light' });
  }

  async #graveFindings(page) {
    const ask = async () => {
      // Evaluated, not added as a script element: our pages' content security policy would rightly refuse that.
      await page.evaluate(axe.source);
      return page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    };
    const { violations } = await (this.#scripts ? this.#scripts.onDuring(ask) : ask());
    return violations
      .filter((violation) => GRAVE.has(violation.impact))
      .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' | ')}`);
  }
}

function fitsItsWidth(page) {
  return page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
}
