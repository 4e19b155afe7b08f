// DESIGN §2.0 and §2.1: from the contract sheet to the login page, by the first administrator, in both languages.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Installation } from '../installation.mjs';
import { Album } from '../look.mjs';
import { Person } from '../person.mjs';
import { addUser } from '../pages/desk.mjs';
import { expectAdmission, expectDenial, setPortalPassword } from '../pages/site.mjs';
import { applyAsFirstAdministrator, LOCALES, pickUpOnLinux, P12_PASSWORD } from '../story.mjs';

for (const locale of LOCALES) {
  describe(`the first administrator (${locale.tag})`, { timeout: 300_000 }, () => {
    let installation, administrator, browser, page, file;
    const album = new Album('first-administrator', locale.tag);
    const look = (page, name) => album.look(page, name, { locale: locale.tag });

    before(async () => {
      installation = await Installation.start();
      administrator = new Person(installation);
      browser = await administrator.openBrowser({ locale: locale.browser });
      page = await browser.newPage();
    });

    after(async () => {
      await administrator?.leave();
      await installation?.stop();
    });

    test('is told without a certificate what is missing', async () => {
      await expectDenial(page, `${installation.gate('sample')}/`, 'no-certificate');
      await look(page, 'refused-without-certificate');
    });

    test('applies with the sheet and picks the file up in the same screen', async () => {
      const { facts } = await applyAsFirstAdministrator(page, installation, { look });
      file = await pickUpOnLinux(page, administrator, facts, { look });
    });

    test('imports the file and proves it with a new browser window', async () => {
      administrator.store.importPkcs12(file, P12_PASSWORD);
      assert.equal(administrator.store.ownCertificates().length, 1);
      await browser.close();
      browser = await administrator.openBrowser({ locale: locale.browser });
      page = await browser.newPage();
      await expectAdmission(page, `${installation.gate('sample')}/.sekisho/proof`);
      await look(page, 'proof');
    });

    test('gets to the login page and sets a password', async () => {
      await expectAdmission(page, `${installation.gate('sample')}/`);
      await look(page, 'portal-first-visit');
      await setPortalPassword(page, 'Kaede-no-mori-41');
      await look(page, 'portal-home');
    });

    test('adds a user at the desk', async () => {
      await expectAdmission(page, `${installation.gate('sample.desk')}/`);
      await look(page, 'desk-home');
      await addUser(page, installation, {
        name: '佐藤 花子',
        reading: 'さとう はなこ',
        roman_name: 'Sato Hanako',
        login_name: 'sato',
        email: 'sato@sample.example',
      });
      await look(page, 'desk-user-added');
    });

    test('is refused after the certificate is revoked, in the window that is still open', async () => {
      const [certificate] = JSON.parse(
        installation.cli('certificate', 'list', '--tenant', 'sample', '--json'),
      );
      installation.cli('certificate', 'revoke', certificate.id, '--reason', 'key-compromise');
      await expectDenial(page, `${installation.gate('sample')}/`, 'revoked');
      await look(page, 'refused-revoked');
    });
  });
}
