// The operator's console: the installation's first certificate, the customers, a new one with its sheet.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { chain } from '../chain.mjs';
import { CUSTOMERS } from '../customers.mjs';
import { Installation } from '../installation.mjs';
import { Album } from '../look.mjs';
import { Person } from '../person.mjs';
import { fill, submit } from '../pages/form.mjs';
import { expectGone, readOn } from '../pages/hand_over.mjs';
import { expectAdmission, expectDenial } from '../pages/site.mjs';

for (const { locale, browser: language } of CUSTOMERS) {
  describe(`the console (${locale})`, { timeout: 120_000 }, () => {
    const step = chain();
    const album = new Album('console', locale);
    const look = (name) => album.look(page, name);
    let installation, operator, page;

    before(async () => {
      installation = await Installation.start();
      operator = new Person(installation);
      operator.store.importPkcs12(installation.operator.p12, installation.operator.password);
      const browser = await operator.openBrowser({ locale: language });
      page = await browser.newPage();
    });

    after(async () => {
      await operator?.leave();
      await installation?.stop();
    });

    step('lists the customers', async () => {
      await expectAdmission(page, `${installation.consoleUrl}/`);
      assert.equal(await page.locator('main table tbody tr').count(), 1);
      await look('tenants');
    });

    step('asks again where a new customer cannot be so', async () => {
      await page.locator('main a[href="/tenants/new"]').first().click();
      await page.waitForURL(/\/tenants\/new$/);
      await fill(page, { tenant_name: '楓商事', slug: 'console', organization: '楓商事' });
      assert.equal((await submit(page)).status(), 422);
      await look('tenant-form-errors');
      // The answer has an address in the other language, too.
      for (let times = 0; times < 2; times += 1) {
        await page.locator('.switch').click();
        await page.waitForURL(/\/tenants\/new$/);
      }
      await page.locator(`html[lang=${locale}]`).waitFor();
    });

    step('adds a customer and shows its sheet, to be read on for some minutes', async () => {
      const customer = {
        tenant_name: '楓商事',
        slug: 'kaede',
        organization: 'Kaede Shoji K.K.',
        contract_number: 'K-77',
        seats: '10',
        valid_until: '2037-03-31',
        administrator_name: '楓 花子',
        administrator_email: 'admin@kaede.example',
        support_contact: 'Kaede 03-0000-0000',
      };
      await fill(page, customer);
      const password = await readOn(page);
      await look('sheet-made');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('main a[href$="/data_entry.txt"]').click(),
      ]);
      assert.equal(download.suggestedFilename(), 'data_entry.txt');
      await expectGone(page);
      await look('sheet-gone');
      await page.goto(`${installation.consoleUrl}/tenants/new`);
      await fill(page, customer);
      assert.equal((await submit(page)).status(), 422);
      await look('tenant-form-name-taken');
      await page.locator('main form a[href^="/tenants/"]').click();
      await page.waitForURL(/\/tenants\/[0-9a-f-]{36}$/);
      assert.ok(!(await page.content()).includes(password), 'the password is on no other page');
      assert.match(await page.locator('main').innerText(), /2037年3月31日|31 Mar 2037/);
      await look('tenant');
    });

    step('the operator’s certificate opens no customer’s site', async () => {
      await expectDenial(page, `${installation.gate('kaede')}/`, 'no-certificate');
    });

    step('settings, contract and application are changed, each asking again where it cannot be so', async () => {
      const tenant = installation.ask('tenant', 'show', 'kaede');
      for (const [form, wrong, right] of [
        ['edit', { pin_lifetime_hours: '0' }, { pin_lifetime_hours: '48' }],
        ['certificate-profile', { certificate_days: '0' }, { certificate_days: '200' }],
        ['contract', { seats: '0' }, { seats: '12' }],
        ['upstream', { upstream: 'intra', header_user: 'host' }, { upstream: 'http://127.0.0.1:9', header_user: '' }],
      ]) {
        await page.goto(`${installation.consoleUrl}/tenants/${tenant.id}`);
        await page.locator(`main a[href$="/${form}"]`).click();
        await page.waitForURL(new RegExp(`/${form}$`));
        await look(`tenant-${form}`);
        await fill(page, wrong);
        assert.equal((await submit(page)).status(), 422);
        await look(`tenant-${form}-errors`);
        await fill(page, right);
        assert.equal((await submit(page)).status(), 200);
      }
      await look('tenant-changed');
      const changed = installation.ask('tenant', 'show', 'kaede');
      assert.deepEqual([changed.certificate_days, changed.seats], [200, 12]);
      assert.ok((await page.locator('main').innerText()).includes('http://127.0.0.1:9'));
    });

    step('a suspended customer is told as such', async () => {
      await page.goto(`${installation.consoleUrl}/`);
      await page.locator('main table a', { hasText: '楓商事' }).click();
      await page.locator('main a[href$="/suspend"]').click();
      await page.waitForURL(/\/suspend$/);
      await look('confirm-suspend');
      assert.equal((await submit(page)).status(), 200);
      assert.equal(installation.ask('tenant', 'show', 'kaede').state, 'suspended');
      await look('tenant-suspended');
    });

    step('a suspended customer can be ended for good', async () => {
      await page.locator('main a[href$="/end"]').click();
      await page.waitForURL(/\/end$/);
      await look('confirm-end');
      assert.equal((await submit(page)).status(), 200);
      assert.equal(installation.ask('tenant', 'show', 'kaede').state, 'ended');
      assert.equal(await page.locator('main .actions').count(), 0, 'nothing of it can be changed any more');
      await look('tenant-ended');
    });
  });
}
