// Every public page without a certificate: both languages, desk and phone, light and dark, with and without script.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Installation } from '../installation.mjs';
import { Album } from '../look.mjs';
import { Person } from '../person.mjs';
import { apply, readDataEntry, submit } from '../pages/public_site.mjs';
import { ScriptSwitch } from '../script_switch.mjs';
import { LOCALES } from '../story.mjs';

const PAGES = {
  front: '/',
  enrol: '/enrol',
  pickup: '/pickup',
  revoke: '/revoke',
  'guide-apply': '/guide/apply',
  'guide-pickup': '/guide/pickup',
  'guide-import': '/guide/import',
  'guide-windows': '/guide/import/windows',
  'guide-windows-old': '/guide/import/windows-old',
  'guide-macos': '/guide/import/macos',
  'guide-ios': '/guide/import/ios',
  'guide-android': '/guide/import/android',
  'guide-linux': '/guide/import/linux',
  'guide-firefox': '/guide/import/firefox',
  outbox: '/outbox',
};

describe('the public pages', { timeout: 600_000 }, () => {
  let installation, visitor;

  before(async () => {
    installation = await Installation.start();
    visitor = new Person(installation);
  });

  after(async () => {
    await visitor?.leave();
    await installation?.stop();
  });

  for (const locale of LOCALES) {
    for (const javaScript of [true, false]) {
      const manner = javaScript ? 'script' : 'no-script';

      test(`are right in ${locale.tag}, ${manner}`, async (t) => {
        const browser = await visitor.openBrowser({ locale: locale.browser });
        const page = await browser.newPage();
        const scripts = javaScript ? undefined : await ScriptSwitch.off(page);
        const album = new Album(`public-${manner}`, locale.tag, { scripts });
        for (const [name, address] of Object.entries(PAGES)) {
          await t.test(name, async () => {
            const response = await page.goto(`${installation.publicUrl}${address}`);
            assert.equal(response.status(), 200);
            await album.look(page, name, { locale: locale.tag });
          });
        }
        await t.test('an application with accents keeps what was typed and says what to do', async () => {
          await page.goto(`${installation.publicUrl}/enrol`);
          await readDataEntry(page, installation.handOver('sample').dataEntry);
          const answer = await apply(page, {
            family_name: 'Müller',
            given_name: 'Jürgen',
            email: 'none',
            password: 'wrong',
            device_name: 'Laptop',
          });
          assert.equal(answer.status(), 422);
          assert.equal(await page.locator('[name=family_name]').inputValue(), 'Müller');
          assert.equal(await page.locator('[name=password]').inputValue(), '');
          for (const name of ['family_name', 'given_name', 'email']) {
            assert.equal(await page.locator(`[name=${name}]`).getAttribute('aria-invalid'), 'true', name);
          }
          await album.look(page, 'application-refused', { locale: locale.tag });
        });
        await t.test('an empty pickup names every field', async () => {
          await page.goto(`${installation.publicUrl}/pickup`);
          assert.equal((await submit(page)).status(), 422);
          await album.look(page, 'pickup-refused', { locale: locale.tag });
        });
        await browser.close();
      });
    }
  }

  test('keep the language that was chosen by the switch', async () => {
    const browser = await visitor.openBrowser({ locale: 'ja-JP' });
    const page = await browser.newPage();
    await page.goto(`${installation.publicUrl}/`);
    await page.locator('a.switch[hreflang=en]').click();
    await page.goto(`${installation.publicUrl}/enrol`);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await browser.close();
  });
});
