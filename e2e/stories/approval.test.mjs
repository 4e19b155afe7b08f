// A company whose administrator looks at every application, in both languages: one waits, is rejected with a reason,
// comes again and is approved. Its certificate is then revoked by the person alone, with the challenge phrase.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { chain } from '../chain.mjs';
import { CUSTOMERS } from '../customers.mjs';
import { Installation } from '../installation.mjs';
import { Album } from '../look.mjs';
import { Mailbox } from '../mail.mjs';
import { obtainFile } from '../obtained_file.mjs';
import { Person } from '../person.mjs';
import { Desk } from '../pages/desk.mjs';
import { fill, submit } from '../pages/form.mjs';
import { expectAdmission, expectDenial } from '../pages/site.mjs';
import { applyAsInvited, pickUpOnLinux, pickupMail, P12_PASSWORD } from '../story.mjs';

const REJECTED_SUBJECT = /承認されませんでした|was not approved/;
const CHALLENGE_PHRASE = 'blue heron on the bridge';

for (const customer of CUSTOMERS) {
  describe(`approval (${customer.locale})`, { timeout: 180_000 }, () => {
    const album = new Album('approval', customer.locale);
    const step = chain();
    const look = (page, name) => album.look(page, name);
    let installation, site, administrator, page, desk, colleague, browser, colleaguePage, elsewhere, mailbox, code;

    before(async () => {
      installation = await Installation.start();
      site = installation.gate(customer.tenant);
      administrator = new Person(installation);
      const file = await obtainFile(installation, customer);
      administrator.store.importPkcs12(file, P12_PASSWORD);
      installation.cli('tenant', 'edit', customer.tenant, '--approval-required', 'yes');
      code = installation.ask('tenant', 'show', customer.tenant).identification_code;
      page = await (await administrator.openBrowser({ locale: customer.browser })).newPage();
      desk = new Desk(page, installation, customer);
      colleague = new Person(installation);
      elsewhere = new Person(installation);
      mailbox = new Mailbox(installation, customer.colleague.email);
    });

    after(async () => {
      await elsewhere?.leave();
      await colleague?.leave();
      await administrator?.leave();
      await installation?.stop();
    });

    step('a colleague’s application waits for the administrator', async () => {
      await desk.openHome();
      await desk.startWithStep2();
      await desk.addUser(customer.colleague);
      browser = await colleague.openBrowser({ locale: customer.browser });
      colleaguePage = await browser.newPage();
      await applyAsInvited(colleaguePage, customer, mailbox);
      await look(colleaguePage, 'application-waits');
      await desk.openHome();
      await look(page, 'desk-home-application-waits');
    });

    step('it is rejected with a reason, which the colleague is told', async () => {
      await desk.openApplications();
      await look(page, 'desk-applications');
      await page.locator('main a[href$="/reject"]').click();
      await page.waitForURL(/\/reject$/);
      assert.equal((await submit(page)).status(), 422, 'a reason is asked for');
      await look(page, 'desk-rejection-without-reason');
      await fill(page, { reason_text: customer.rejection });
      assert.equal((await submit(page)).status(), 200);
      await look(page, 'desk-user-rejected');
      const mail = await mailbox.next(REJECTED_SUBJECT);
      assert.ok(mail.text.includes(customer.rejection), mail.subject);
    });

    step('invited again and approved, the colleague gets the PIN and is let in', async () => {
      await desk.openUser(customer.colleague);
      await desk.act('invite', { look });
      await applyAsInvited(colleaguePage, customer, mailbox, { challenge_phrase: CHALLENGE_PHRASE });
      await desk.openApplications();
      assert.equal((await submit(page)).status(), 200);
      await look(page, 'desk-application-approved');
      const facts = await pickupMail(installation, customer.colleague.email);
      colleague.store.importPkcs12(await pickUpOnLinux(colleaguePage, colleague, facts), P12_PASSWORD);
      await browser.close();
      browser = await colleague.openBrowser({ locale: customer.browser });
      colleaguePage = await browser.newPage();
      await expectAdmission(colleaguePage, `${site}/`);
    });

    step('two applications are approved together, after a page that names both people', async () => {
      for (const login of ['mori', 'hara']) {
        const email = `${login}@${customer.tenant}.example`;
        const names = ['--name', login, '--family-name', 'Kanto', '--given-name', login, '--email', email];
        installation.cli('user', 'add', login, '--tenant', customer.tenant, ...names);
        const invited = { ...customer, colleague: { ...customer.colleague, email } };
        await applyAsInvited(await browser.newPage(), invited, new Mailbox(installation, email));
      }
      await desk.openApplications();
      for (const tick of await page.locator('main [name=application]').all()) await tick.check();
      await look(page, 'desk-applications-two');
      await page.locator('#decide button').first().click();
      await page.waitForURL(/\/selected\/approve/);
      for (const login of ['mori', 'hara']) await page.locator('main li', { hasText: login }).first().waitFor();
      await look(page, 'desk-applications-asked');
      assert.equal((await submit(page)).status(), 200);
      assert.equal(await page.locator('main [name=application]').count(), 0, 'none waits');
      for (const login of ['mori', 'hara']) await pickupMail(installation, `${login}@${customer.tenant}.example`);
    });

    step('the lost device is shut out by its owner alone, by the challenge phrase', async () => {
      const form = await (await elsewhere.openBrowser({ locale: customer.browser })).newPage();
      await form.goto(`${installation.publicUrl}/revoke`);
      const stated = { identification_code: code, email: customer.colleague.email };
      await fill(form, { ...stated, challenge_phrase: 'green owl in the rain' });
      assert.equal((await submit(form)).status(), 422);
      assert.equal(await form.locator('[name=challenge_phrase]').inputValue(), '');
      await look(form, 'revoke-refused');
      await fill(form, { challenge_phrase: CHALLENGE_PHRASE });
      assert.equal((await submit(form)).status(), 200);
      await look(form, 'revoke-choose');
      await form.locator('[name=certificate]').check();
      assert.equal((await submit(form)).status(), 200);
      await look(form, 'revoke-done');
      await expectDenial(colleaguePage, `${site}/`, 'revoked');
    });
  });
}
