// Year two: one click at My page, the new file in the same screen, and the old certificate beside it for some days.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { chain } from '../chain.mjs';
import { CUSTOMERS } from '../customers.mjs';
import { eventually } from '../eventually.mjs';
import { Installation } from '../installation.mjs';
import { Album } from '../look.mjs';
import { obtainFile } from '../obtained_file.mjs';
import { Person } from '../person.mjs';
import { fill } from '../pages/form.mjs';
import { expectAdmission } from '../pages/site.mjs';
import { P12_PASSWORD } from '../story.mjs';

const DAY_MS = 24 * 60 * 60 * 1000;
const SEEN_SECONDS_MAX = 20;
// So short that the longest window of the contract lets certificates be renewed from their first day on.
const CERTIFICATE_DAYS = '100';
const WINDOW_DAYS = '180';
const GRACE_DAYS = 7;

for (const customer of CUSTOMERS) {
  describe(`a certificate is renewed (${customer.locale})`, { timeout: 120_000 }, () => {
    const step = chain();
    const album = new Album('renewal', customer.locale);
    let installation, desk, person, page, newFile;

    before(async () => {
      installation = await Installation.start();
      desk = installation.gate(`${customer.tenant}.desk`);
      const contract = customer.contract && { ...customer.contract, '--certificate-days': CERTIFICATE_DAYS };
      if (!contract) installation.cli('tenant', 'edit', customer.tenant, '--certificate-days', CERTIFICATE_DAYS);
      const file = await obtainFile(installation, { ...customer, contract });
      person = new Person(installation);
      person.store.importPkcs12(file, P12_PASSWORD);
      page = await (await person.openBrowser({ locale: customer.browser })).newPage();
    });

    after(async () => {
      await person?.leave();
      await installation?.stop();
    });

    const renewal = () => page.locator('main a.button-primary[href$="/renew"]');

    step('My page says from when on, and offers it then', async () => {
      await page.goto(`${desk}/devices`);
      assert.equal(await renewal().count(), 0, 'not yet');
      installation.cli('tenant', 'edit', customer.tenant, '--renewal-window-days', WINDOW_DAYS);
      await page.reload();
      await renewal().waitFor();
      await album.look(page, 'devices');
    });

    step('one page: no reference, no PIN, the former system chosen', async () => {
      await renewal().click();
      await page.waitForURL(/\/renew$/);
      assert.equal(await page.locator('[name=pin], [name=reference]').count(), 0);
      assert.ok(await page.locator('[name=device_type][value=linux]').isChecked());
      await album.look(page, 'form');
    });

    step('the new file comes in the same screen, at the same host', async () => {
      await fill(page, { p12_password: P12_PASSWORD, p12_password_confirm: P12_PASSWORD });
      await page.check('[name=password_remembered]');
      const download = page.waitForEvent('download');
      await page.locator('main form button.button-primary').click();
      newFile = await person.keep(await download);
      assert.match(page.url(), /\/renewal\/progress/);
      assert.ok(page.url().startsWith(desk));
      await album.look(page, 'ready', { waits: true });
    });

    step('a click too many, and the back button, lead to the same file', async () => {
      await page.goBack();
      await page.goto(`${desk}/devices`);
      await page.goto(`${desk}/renewal/progress`);
      assert.equal(await page.locator('main a[href^="/renewal/file"]').count(), 1);
      const all = installation.ask('certificate', 'list', '--tenant', customer.tenant);
      assert.equal(all.length, 2);
      assert.equal(new Set(all.map((one) => one.device_id)).size, 1, 'one device');
    });

    step('once the new one was used, the old one works for some days yet', async () => {
      const elsewhere = new Person(installation);
      try {
        elsewhere.store.importPkcs12(newFile, P12_PASSWORD);
        const browser = await elsewhere.openBrowser({ locale: customer.browser });
        await expectAdmission(await browser.newPage(), `${installation.gate(customer.tenant)}/`);
      } finally {
        await elsewhere.leave();
      }
      const old = await eventually('the old certificate has an end', SEEN_SECONDS_MAX, () => {
        const all = installation.ask('certificate', 'list', '--tenant', customer.tenant);
        return all.find((one) => one.superseded && one.ends_at < one.not_after);
      });
      const days = (Date.parse(old.ends_at) - Date.now()) / DAY_MS;
      assert.ok(Math.abs(days - GRACE_DAYS) < 1, `it ends in ${days} days`);
      await expectAdmission(page, `${installation.gate(customer.tenant)}/`);
      await page.goto(`${desk}/devices`);
      await album.glance(page, 'devices-after');
    });
  });
}
