// Looking at a page as the people do who have to use it: on a desk and a phone, in the light and the dark, with
// axe-core's eyes too. The pictures stay, for the manual and for whoever wants to look again.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import axe from 'axe-core';

import { DESKTOP, PHONE, TABLET } from './person.mjs';

const pictures = process.env.SEKISHO_SCREENSHOTS ?? path.resolve(import.meta.dirname, '../target/e2e');
const GRAVE = new Set(['serious', 'critical']);

// 44, and nothing for rounding.
const TARGET_PX_MIN = 43.5;

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
      if (form === 'desktop') assert.deepEqual(await leftEdges(page), [], `left edges of ${name}`);
      if (form === 'phone') assert.deepEqual(await smallTargets(page), [], `targets of ${name}`);
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

/** Where header and contents of a page of one column begin, unless they begin at one place. */
function leftEdges(page) {
  return page.evaluate(() => {
    const [brand, main] = ['.brand', 'main'].map((place) => document.querySelector(place));
    if (!brand || !main || document.querySelector('.with-nav')) return [];
    const edge = (element) => element.getBoundingClientRect().left + parseFloat(getComputedStyle(element).paddingLeft);
    const edges = [edge(brand), edge(main)];
    return Math.abs(edges[0] - edges[1]) < 1 ? [] : edges;
  });
}

/** What a finger cannot hit: links, buttons and fields below 44 pixels. Links within a sentence are excepted. */
function smallTargets(page) {
  return page.evaluate((least) => {
    const isSeen = (element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && left >= 0 && top + scrollY >= 0;
    };
    const inSentence = (link) =>
      getComputedStyle(link).display === 'inline' &&
      [...link.parentElement.childNodes].some((node) => node !== link && node.nodeName !== 'A' && node.textContent.trim());
    const box = (element) => {
      // A card is pressed as a whole; of a tick or a choice its label is pressed, too.
      const whole = element.matches('.cards a') ? element.closest('li') : (element.closest('label') ?? element);
      return whole.getBoundingClientRect();
    };
    return [...document.querySelectorAll('a, button, input, select, textarea, summary')]
      .filter((element) => isSeen(element) && !(element.matches('a') && inSentence(element)))
      .filter((element) => Math.min(box(element).width, box(element).height) < least)
      .map((element) => `${element.outerHTML.slice(0, 100)} ${Math.round(box(element).height)} px high`);
  }, TARGET_PX_MIN);
}

function fitsItsWidth(page) {
  return page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
}
