// What Chromium remembers about certificates, and which ways out really work. The import guide and the gate's
// no-certificate page promise these; see README.md beside this folder.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { chain } from '../chain.mjs';
import { CUSTOMERS } from '../customers.mjs';
import { Installation } from '../installation.mjs';
import { Album } from '../look.mjs';
import { obtainFile } from '../obtained_file.mjs';
import { Person } from '../person.mjs';
import { expectAdmission, expectDenial } from '../pages/site.mjs';
import { P12_PASSWORD } from '../story.mjs';

// One version of TLS each: the alert after the handshake is another record in each.
const TLS_SWITCHES = { ja: [], en: ['--ssl-version-max=tls1.2'] };

for (const customer of CUSTOMERS) {
  describe(`a visit before the import (${customer.locale})`, { timeout: 180_000 }, () => {
    const args = TLS_SWITCHES[customer.locale];
    const step = chain();
    const album = new Album('remembered-choice', customer.locale);
    let installation, site, person, browser, page, token;

    before(async () => {
      installation = await Installation.start();
      site = installation.gate(customer.tenant);
      const file = await obtainFile(installation, customer);
      person = new Person(installation);
      browser = await person.openBrowser({ locale: customer.browser, args });
      page = await browser.newPage();
      await expectDenial(page, `${site}/`, 'no-certificate');
      await takeRetry();
      await album.look(page, 'retry-without-certificate');
      person.store.importPkcs12(file, P12_PASSWORD);
    });

    after(async () => {
      await person?.leave();
      await installation?.stop();
    });

    async function takeRetry() {
      await page.goto(`${site}/`);
      await page.locator('main a.button-primary[href*=".retry."]').click();
      await page.waitForURL(/\.retry\./);
    }

    step('is remembered: the same name refuses still', async () => {
      await expectDenial(page, `${site}/`, 'no-certificate');
    });

    step('does not spoil another name: the desk is asked for afresh', async () => {
      await expectAdmission(page, `${installation.gate(`${customer.tenant}.desk`)}/`);
    });

    step('the retry name that the refusal offers sees the certificate, and its page ends one request unseen', async () => {
      const image = page.waitForEvent('requestfailed', (request) => request.url().includes('/.sekisho/choice/'));
      await takeRetry();
      assert.equal(await page.locator('main .lead.good').count(), 1, 'the retry page says that the certificate works');
      assert.equal(await page.locator('main a.button-primary').getAttribute('href'), `${site}/`);
      const failed = await image;
      assert.equal(new URL(failed.url()).origin, site);
      assert.equal(failed.failure().errorText, 'net::ERR_BAD_SSL_CLIENT_AUTH_CERT');
      token = failed.url();
      await album.look(page, 'retry-with-certificate');
    });

    step('[Open the service] opens the login page in the same window', async () => {
      const answer = page.waitForResponse(`${site}/`);
      await page.locator('main a.button-primary').click();
      assert.equal((await answer).status(), 200);
      await page.locator('main form').waitFor();
      await expectAdmission(page, `${site}/`);
    });

    step('the used token ends nothing: a stranger who has it gets the page', async () => {
      const stranger = new Person(installation);
      const other = await stranger.openBrowser({ locale: customer.browser, args });
      await expectDenial(await other.newPage(), token, 'no-certificate');
      await stranger.leave();
    });

    step('a new browser gets in, too', async () => {
      await browser.close();
      browser = await person.openBrowser({ locale: customer.browser, args });
      page = await browser.newPage();
      await expectAdmission(page, `${site}/`);
    });
  });
}
