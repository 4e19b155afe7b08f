// What Chromium remembers about certificates, and which ways out really work. The import guide and the gate's
// no-certificate page promise these; see README.md beside this folder.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Installation } from '../installation.mjs';
import { Person } from '../person.mjs';
import { expectAdmission, expectDenial } from '../pages/site.mjs';
import { applyAsFirstAdministrator, pickUpOnLinux, P12_PASSWORD } from '../story.mjs';

describe('a visit before the import', { timeout: 180_000 }, () => {
  let installation, person, browser, page;

  before(async () => {
    installation = await Installation.start();
    person = new Person(installation);
    browser = await person.openBrowser({ locale: 'ja-JP' });
    page = await browser.newPage();
    await expectDenial(page, `${installation.gate('sample')}/`, 'no-certificate');
    const { facts } = await applyAsFirstAdministrator(page, installation);
    const file = await pickUpOnLinux(page, person, facts);
    person.store.importPkcs12(file, P12_PASSWORD);
  });

  after(async () => {
    await person?.leave();
    await installation?.stop();
  });

  test('does not spoil another name: the desk is asked for afresh', async () => {
    await expectAdmission(page, `${installation.gate('sample.desk')}/`);
  });

  test('the retry name that the refusal offers is asked afresh too', async () => {
    await page.goto(`${installation.gate('sample')}/`);
    const address = await page.locator('main a[href*=".retry."]').first().getAttribute('href');
    await page.goto(address);
    assert.equal(await page.locator('main .lead.good').count(), 1, 'the retry page says that the certificate works');
  });

  test('a new browser has forgotten everything and gets in', async () => {
    await browser.close();
    browser = await person.openBrowser({ locale: 'ja-JP' });
    page = await browser.newPage();
    await expectAdmission(page, `${installation.gate('sample')}/`);
  });
});
