// A page with a password that its maker may read on for some minutes: the contract sheet, the printed invitation.
import assert from 'node:assert/strict';

import { submit } from './form.mjs';

/** Sends the form that asks for it; however one then comes back, the page and its password are the same. */
export async function readOn(page) {
  const asked = page.url();
  const sent = await submit(page);
  assert.equal(sent.status(), 200);
  const address = page.url();
  const password = () => page.locator('.secret').last().innerText();
  const made = await password();
  const language = await page.locator('html').getAttribute('lang');
  const same = async (what, spoken = language) => {
    assert.equal(page.url(), address, `${what}: the address`);
    assert.equal(await page.locator('html').getAttribute('lang'), spoken, `${what}: the language`);
    assert.equal(await password(), made, `${what}: the password`);
  };
  assert.equal((await page.reload()).status(), 200);
  await same('a reload');
  for (const spoken of [language === 'ja' ? 'en' : 'ja', language]) {
    await page.locator('.switch').click();
    await page.waitForURL(address);
    await page.locator(`html[lang=${spoken}]`).waitFor();
    await same('another language', spoken);
  }
  await page.goto(asked);
  await page.goBack();
  await same('back');
  return made;
}

/** The same address with another id at its end: such a page there is none, and what to do is said. */
export async function expectGone(page) {
  const address = page.url();
  const last = address.at(-1) === '0' ? '1' : '0';
  const answer = await page.goto(address.slice(0, -1) + last);
  assert.equal(answer.status(), 410);
  await page.locator('main a.button-primary').waitFor();
}
