// Every public page without a certificate: both languages, desk and phone, light and dark, with and without scripts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { CUSTOMERS } from '../customers.mjs';
import { Installation } from '../installation.mjs';
import { Album } from '../look.mjs';
import { Person } from '../person.mjs';
import { scriptsOff } from '../script_switch.mjs';

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
  'guide-chromeos': '/guide/import/chromeos',
  'guide-linux': '/guide/import/linux',
  'guide-firefox': '/guide/import/firefox',
  manual: '/manual/',
  'manual-user': '/manual/user',
  'manual-administrator': '/manual/administrator',
  'manual-commands': '/manual/cli',
  outbox: '/outbox',
};

/** Of a Mac and of an iPad. */
const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15';

/** Those on which the script does something. */
const PAGES_WITH_TOOLS = ['enrol', 'pickup'];

describe('the public pages', { timeout: 300_000 }, () => {
  let installation, visitor;

  before(async () => {
    installation = await Installation.start();
    visitor = new Person(installation);
  });

  after(async () => {
    await visitor?.leave();
    await installation?.stop();
  });

  for (const { locale, browser: language } of CUSTOMERS) {
    test(`are right in ${locale}`, async (t) => {
      const browser = await visitor.openBrowser({ locale: language });
      const page = await browser.newPage();
      const album = new Album('public', locale);
      for (const [name, address] of Object.entries(PAGES)) {
        await t.test(name, async () => {
          const response = await page.goto(`${installation.publicUrl}${address}`);
          assert.equal(response.status(), 200);
          await album.look(page, name);
        });
      }
      await browser.close();
    });

    test(`are whole in ${locale} without scripts`, async () => {
      const browser = await visitor.openBrowser({ locale: language });
      const page = await browser.newPage();
      await scriptsOff(page);
      const album = new Album('public-without-scripts', locale);
      for (const name of PAGES_WITH_TOOLS) {
        assert.equal((await page.goto(`${installation.publicUrl}${PAGES[name]}`)).status(), 200);
        assert.equal(await page.locator('button[type=button]').count(), 0, `a button of ${name} needs a script`);
        await album.glance(page, name);
      }
      await browser.close();
    });
  }

  for (const [machine, touches, system] of [['iPad', 5, 'ios'], ['Mac', 0, 'macos']]) {
    test(`tell the Safari of an ${machine} by its touch screen, and ask without scripts`, async () => {
      const browser = await visitor.openBrowser({ locale: 'ja-JP' });
      const page = await browser.newPage();
      // With a name of its own and no more, Chromium tells its platform no longer, as Safari never does.
      const session = await page.context().newCDPSession(page);
      await session.send('Emulation.setUserAgentOverride', { userAgent: SAFARI });
      await page.addInitScript((value) => {
        Object.defineProperty(navigator, 'maxTouchPoints', { get: () => value });
      }, touches);
      const [name, chosen] = [page.locator('[name=device_name]'), page.locator('[name=device_type]:checked')];
      await page.goto(`${installation.publicUrl}/enrol`);
      assert.equal(await name.inputValue(), machine);
      await page.goto(`${installation.publicUrl}/pickup`);
      assert.equal(await chosen.getAttribute('value'), system);
      await new Album(`public-${system}`, 'ja').look(page, 'pickup');
      await scriptsOff(page);
      await page.reload();
      assert.equal(await chosen.count(), 0);
      assert.match(await page.locator('#device_type').innerText(), /iPad の方は/);
      await page.goto(`${installation.publicUrl}/enrol`);
      assert.equal(await name.inputValue(), '');
      await browser.close();
    });
  }

  test('lead to the manual, whose pictures load', async () => {
    const browser = await visitor.openBrowser({ locale: 'ja-JP' });
    const page = await browser.newPage();
    await page.goto(`${installation.publicUrl}/revoke`);
    await page.getByRole('link', { name: '手引き', exact: true }).click();
    assert.equal(new URL(page.url()).pathname, '/manual/user');
    await page.locator('#lost').waitFor({ state: 'attached' });
    await page.locator('.manual img').last().scrollIntoViewIfNeeded();
    await page.waitForLoadState('networkidle');
    const widths = await page.locator('.manual img').evaluateAll((images) => images.map((image) => image.naturalWidth));
    assert.ok(widths.length > 0 && widths.every((width) => width > 0), `${widths}`);
    await browser.close();
  });

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
