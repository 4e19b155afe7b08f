// DESIGN §2.0 to §2.3 in both languages: from the contract sheet to the login page, a colleague's own way in, and
// what the administrator then sees and does.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { chain } from '../chain.mjs';
import { CUSTOMERS, handOver } from '../customers.mjs';
import { Installation } from '../installation.mjs';
import { Album } from '../look.mjs';
import { Mailbox, mailedCode } from '../mail.mjs';
import { Person } from '../person.mjs';
import { Desk } from '../pages/desk.mjs';
import { expectGone, readOn } from '../pages/hand_over.mjs';
import {
  askForCode,
  changePassword,
  chooseByCode,
  expectAdmission,
  expectDenial,
  setPortalPassword,
  signIn,
  signOut,
} from '../pages/site.mjs';
import { applyAsColleague, applyAsFirstAdministrator, pickUpOnLinux, P12_PASSWORD } from '../story.mjs';

const PORTAL_PASSWORD = 'Kaede-no-mori-41';

for (const customer of CUSTOMERS) {
  describe(`a company (${customer.locale})`, { timeout: 300_000 }, () => {
    const album = new Album('company', customer.locale);
    const step = chain();
    const look = (page, name) => album.look(page, name);
    let installation, site, administrator, page, desk, colleague, colleaguePage;

    /** Takes the file into the person's store and opens a browser that has never chosen before. */
    async function importFile(person, browser, file) {
      person.store.importPkcs12(file, P12_PASSWORD);
      await browser.close();
      const context = await person.openBrowser({ locale: customer.browser });
      return context.newPage();
    }

    before(async () => {
      installation = await Installation.start();
      site = installation.gate(customer.tenant);
      administrator = new Person(installation);
      colleague = new Person(installation);
    });

    after(async () => {
      await colleague?.leave();
      await administrator?.leave();
      await installation?.stop();
    });

    step('the first administrator is refused without a certificate', async () => {
      const browser = await administrator.openBrowser({ locale: customer.browser });
      page = await browser.newPage();
      const files = handOver(installation, customer);
      await expectDenial(page, `${site}/`, 'no-certificate');
      await look(page, 'refused-without-certificate');

      const facts = await applyAsFirstAdministrator(page, installation, customer, files, { look });
      const file = await pickUpOnLinux(page, administrator, facts, { look });
      page = await importFile(administrator, browser, file);
      desk = new Desk(page, installation, customer);
    });

    step('the certificate opens the login page, where a password is set, used and left', async () => {
      await expectAdmission(page, `${site}/`);
      await look(page, 'portal-first-visit');
      assert.equal((await setPortalPassword(page, PORTAL_PASSWORD)).status(), 200);
      assert.equal(await page.locator('main a.button-primary[href$="/users/new"]').count(), 1, 'step 2 is next');
      await look(page, 'portal-home');
      await signOut(page);
      const [own] = installation.ask('user', 'list', '--tenant', customer.tenant);
      assert.equal((await signIn(page, own.login, 'Tsuki-no-yama-90')).status(), 422);
      await look(page, 'portal-sign-in-refused');
      assert.equal((await signIn(page, own.login, PORTAL_PASSWORD)).status(), 200);
      await page.locator('form[action="/sign-out"]').waitFor();
    });

    step('the password is changed, forgotten, and chosen anew by a mailed code', async () => {
      await page.locator('a[href="/password"]').click();
      await look(page, 'portal-change-password');
      await expectAdmission(page, `${site}/`);
      assert.equal((await changePassword(page, PORTAL_PASSWORD, 'Nami-no-oto-77')).status(), 200);
      await page.locator('.note.done').waitFor();
      await signOut(page);
      await look(page, 'portal-sign-in');
      await askForCode(page);
      await look(page, 'portal-code');
      const [own] = installation.ask('user', 'list', '--tenant', customer.tenant);
      const code = mailedCode(await new Mailbox(installation, own.email).next(/確認コード|Code for/));
      assert.equal((await chooseByCode(page, code, PORTAL_PASSWORD)).status(), 200);
      await page.locator('form[action="/sign-out"]').waitFor();
    });

    step('the proof leads on to step 2, and the invited colleague is listed', async () => {
      await expectAdmission(page, `${installation.gate(`${customer.tenant}.desk`)}/`);
      await look(page, 'desk-home');
      await expectAdmission(page, `${site}/.sekisho/proof`);
      await look(page, 'proof');
      await desk.startWithStep2();
      await look(page, 'desk-user-form');
      await desk.addUser(customer.colleague);
      await look(page, 'desk-user-added');
      assert.ok(await desk.hasComeTo(customer.colleague, 'invited'));
      await look(page, 'desk-users');
    });

    step('the colleague goes the same way alone, and the administrator sees each step', async () => {
      const browser = await colleague.openBrowser({ locale: customer.browser });
      colleaguePage = await browser.newPage();
      const facts = await applyAsColleague(colleaguePage, installation, customer, { look });
      assert.ok(await desk.hasComeTo(customer.colleague, 'applied'));
      const file = await pickUpOnLinux(colleaguePage, colleague, facts);
      assert.ok(await desk.hasComeTo(customer.colleague, 'picked-up'));
      colleaguePage = await importFile(colleague, browser, file);
      await expectAdmission(colleaguePage, `${site}/.sekisho/proof`);
      await look(colleaguePage, 'colleague-proof');
      assert.ok(await desk.hasComeTo(customer.colleague, 'proved'));
    });

    step('the colleague has no say at the desk but over the own devices', async () => {
      await expectAdmission(colleaguePage, `${installation.gate(`${customer.tenant}.desk`)}/devices`);
      await look(colleaguePage, 'colleague-devices');
      const answer = await colleaguePage.goto(`${installation.gate(`${customer.tenant}.desk`)}/users`);
      assert.equal(answer.status(), 403);
    });

    step('what the administrator writes at the desk stands on the colleague’s home', async () => {
      await desk.announce(customer.announcement);
      await look(page, 'desk-portal');
      await expectAdmission(colleaguePage, `${site}/`);
      assert.equal((await setPortalPassword(colleaguePage, PORTAL_PASSWORD)).status(), 200);
      assert.equal(await colleaguePage.getByRole('heading', { name: customer.announcement.title }).count(), 1);
      const link = colleaguePage.getByRole('link', { name: customer.announcement.link_title });
      assert.equal(await link.getAttribute('href'), customer.announcement.link_address);
      assert.equal(await colleaguePage.locator('main a[href$="/users/new"]').count(), 0);
      await look(colleaguePage, 'colleague-home');
      await desk.takeOffAnnouncement({ look });
      await expectAdmission(colleaguePage, `${site}/`);
      assert.equal(await colleaguePage.getByRole('heading', { name: customer.announcement.title }).count(), 0);
    });

    step('hold and release count from the next click in a window that is open', async () => {
      await expectAdmission(colleaguePage, `${site}/`);
      await desk.openUser(customer.colleague);
      await look(page, 'desk-user');
      await desk.act('hold', { look });
      await expectDenial(colleaguePage, `${site}/`, 'on-hold');
      await look(colleaguePage, 'refused-on-hold');
      await desk.act('release', { look });
      await expectAdmission(colleaguePage, `${site}/`);
    });

    step('a suspended user is refused, told by mail, nowhere shown as valid, and let in again', async () => {
      const mailbox = new Mailbox(installation, customer.colleague.email);
      await desk.act('suspend', { look });
      await expectDenial(colleaguePage, `${site}/`, 'user-suspended');
      await look(colleaguePage, 'refused-user-suspended');
      await look(page, 'desk-user-suspended');
      assert.equal(await page.locator('main table.list').first().locator('.chip-good').count(), 0);
      const theirs = (certificate) => certificate.login === customer.colleague.login_name;
      const listed = installation.ask('certificate', 'list', '--tenant', customer.tenant).filter(theirs);
      assert.deepEqual(listed.map((certificate) => certificate.standing), ['suspended']);
      await mailbox.next(/ご利用を停止しました|You were suspended/);
      await desk.act('resume');
      await expectAdmission(colleaguePage, `${site}/`);
      await mailbox.next(/ご利用を再開しました|You can use the service again/);
    });

    step('an invitation for another device takes nothing away from the first', async () => {
      await desk.act('invite', { look });
      await look(page, 'desk-device-invited');
      await new Mailbox(installation, customer.colleague.email).next(/別の端末|another device/);
      await expectAdmission(colleaguePage, `${site}/`);
    });

    step('people ticked in the list are suspended together', async () => {
      await desk.actOnSelected('suspend', [customer.colleague], { look });
      await expectDenial(colleaguePage, `${site}/`, 'user-suspended');
      await page.goto(`${installation.gate(`${customer.tenant}.desk`)}/`);
      await look(page, 'desk-home-later');
      await page.locator('main .todo a[href="/users?progress=suspended"]').click();
      await desk.openUser(customer.colleague);
      await desk.act('resume');
      await expectAdmission(colleaguePage, `${site}/`);
    });

    step('revoked at the desk is refused at the next click', async () => {
      await desk.act('revoke', { look });
      await look(page, 'desk-user-revoked');
      await expectDenial(colleaguePage, `${site}/`, 'revoked');
      await look(colleaguePage, 'refused-revoked');
    });

    step('a new invitation on paper has one password, however the page is come back to', async () => {
      await page.locator('main a[href$="/invite"]').click();
      await page.locator('[name=invite_by]').selectOption('slip');
      await readOn(page);
      await look(page, 'desk-slip');
      await expectGone(page);
      await look(page, 'desk-slip-gone');
    });

    step('the log tells of every act', async () => {
      await expectAdmission(page, `${installation.gate(`${customer.tenant}.desk`)}/audit`);
      await look(page, 'desk-audit');
    });

    step('revoked by the command line is refused at the next click, too', async () => {
      const certificates = installation.ask('certificate', 'list', '--tenant', customer.tenant);
      const own = certificates.find((certificate) => certificate.device === 'Office laptop');
      installation.cli('certificate', 'revoke', own.id, '--reason', 'key-compromise');
      await expectDenial(page, `${site}/`, 'revoked');
    });
  });
}
