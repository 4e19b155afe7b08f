// What people get wrong on their way to the file: each is answered at its field, and nothing is lost by it. One
// language walks with scripts, the other without.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, describe } from 'node:test';

import { chain } from '../chain.mjs';
import { CUSTOMERS, handOver } from '../customers.mjs';
import { Installation } from '../installation.mjs';
import { Album } from '../look.mjs';
import { Person } from '../person.mjs';
import { arrival, submit } from '../pages/form.mjs';
import { apply, applyByEnter, fillPickup, readDataEntry, stateName } from '../pages/public_site.mjs';
import { readSheet } from '../pages/sheet.mjs';
import { scriptsOff } from '../script_switch.mjs';
import { P12_PASSWORD, pickupMail } from '../story.mjs';

const NON_ASCII_PASSWORD = 'つばめとくもとかえで七つ';
const YEN_PASSWORD = 'Tsubame¥7¥Kumo';
const BACKSLASH_PASSWORD = 'Tsubame\\7\\Kumo ';

for (const customer of CUSTOMERS) {
  const withScripts = customer.locale === 'ja';
  describe(`mistakes (${customer.locale}, scripts ${withScripts ? 'on' : 'off'})`, { timeout: 180_000 }, () => {
    const step = chain();
    const album = new Album('mistakes', customer.locale);
    const look = (name) => (withScripts ? album.look(page, name) : album.glance(page, name));
    let installation, person, browser, page, files, sheet, facts;

    /** The answer has to name exactly these fields, in its summary and at each field. */
    async function expectErrors(answer, fields) {
      assert.equal(answer.status(), 422);
      const marked = await page.locator('main [aria-invalid=true]').evaluateAll((all) => all.map((one) => one.name));
      assert.deepEqual(marked, fields);
      const links = await page.locator('#errors a').evaluateAll((all) => all.map((one) => one.hash.slice(1)));
      assert.deepEqual(links, fields);
      assert.match(await page.title(), /エラー|Error/);
    }

    async function open() {
      browser = await person.openBrowser({ locale: customer.browser });
      page = await browser.newPage();
      if (!withScripts) await scriptsOff(page);
    }

    before(async () => {
      installation = await Installation.start();
      files = handOver(installation, customer);
      person = new Person(installation);
      await open();
      sheet = await readSheet(page, files.sheet);
    });

    after(async () => {
      await person?.leave();
      await installation?.stop();
    });

    step('a data_entry.txt pasted from a mail is read, or told what is missing', async () => {
      const lines = fs.readFileSync(files.dataEntry, 'utf8').trim().split('\n');
      const paste = async (text) => {
        await page.goto(`${installation.publicUrl}/enrol?door=sheet`);
        if (!(await page.locator('#data_entry').isVisible())) await page.locator('details summary').first().click();
        await page.locator('#data_entry').fill(text);
        const answered = arrival(page);
        await page.locator('button[name=read][value=yes]').click();
        return answered;
      };
      await expectErrors(await paste(lines.filter((line) => !line.startsWith('seats')).join('\n')), ['data_entry']);
      assert.match(await page.locator('#data_entry-error').innerText(), /seats/);
      await look('application-data-entry-missing');
      const quoted = lines.map((line) => `> ${line.replaceAll(' ', '\u00a0')}`).join('\n');
      const mail = `様\n\n${quoted.replace('signature=', 'signature=\n> ')}\n\n-- \nTaro\n`;
      assert.equal((await paste(mail)).status(), 200);
      await page.locator('button[name=read][value=clear]').waitFor();
    });

    step('an address that is none, and what can be no password', async () => {
      await page.goto(`${installation.publicUrl}/enrol`);
      await readDataEntry(page, files.dataEntry);
      const answer = await apply(page, {
        email: 'none',
        password: 'wrong-password-1',
        device_name: 'Laptop',
      });
      await expectErrors(answer, ['email', 'password']);
      assert.equal(await page.locator('[name=device_name]').inputValue(), 'Laptop');
      assert.equal(await page.locator('[name=password]').inputValue(), '', 'a password is never sent back');
      await look('application-mistyped');
    });

    step('a wrong password is answered as a wrong code is', async () => {
      const refused = [];
      for (const wrong of [{ password: 'abcd-efgh-jkmn-pqrs-tuvw' }, { email: 'nobody@sample.example' }]) {
        const answer = await apply(page, { email: sheet.email, password: sheet.password, ...wrong });
        assert.equal(answer.status(), 422);
        refused.push(await page.locator('#errors').innerText());
      }
      assert.equal(refused[0], refused[1]);
      await look('application-refused');
    });

    step('the same form, corrected and sent by the Enter key, goes through', async () => {
      const answer = await applyByEnter(page, { email: sheet.email, password: sheet.password });
      assert.equal(answer.status(), 200);
    });

    step('letters that no certificate takes are told where the name is asked for', async () => {
      await expectErrors(await stateName(page, { family_name: 'Müller', given_name: '花子' }), [
        'family_name',
        'given_name',
      ]);
      assert.equal(await page.locator('[name=family_name]').inputValue(), 'Müller');
      await look('application-letters');
      assert.equal((await stateName(page, customer.administrator)).status(), 200);
      facts = await pickupMail(installation, sheet.email);
    });

    step('an empty pickup names every field', async () => {
      await page.goto(`${installation.publicUrl}/pickup`);
      await expectErrors(await submit(page), ['reference', 'pin', 'p12_password', 'password_remembered']);
      await look('pickup-empty');
    });

    step('passwords that differ, and one that other systems could not type', async () => {
      const form = { pin: facts.pin, deviceType: 'linux' };
      await page.goto(facts.address);
      if (withScripts) {
        const password = page.locator('[name=p12_password]');
        const fewest = Number(await password.getAttribute('minlength'));
        await password.fill('x'.repeat(fewest - 1));
        assert.match(await page.locator('output.meter').innerText(), new RegExp(`短すぎます\\(${fewest}文字以上\\)`));
        await password.fill('x'.repeat(fewest));
        assert.match(await page.locator('output.meter').innerText(), /弱い/);
        const suggested = page.locator('.suggested');
        const copy = page.locator('.suggested + button');
        assert.ok(await copy.isHidden(), 'nothing to copy yet');
        await page.getByRole('button', { name: '強いパスワードを提案する' }).click();
        for (const name of ['p12_password', 'p12_password_confirm']) {
          assert.equal(await page.locator(`[name=${name}]`).inputValue(), await suggested.innerText());
        }
        assert.ok(await copy.isVisible());
        await page.getByRole('button', { name: '入力した文字を表示', pressed: false }).click();
        assert.equal(await password.getAttribute('type'), 'text');
        await look('pickup-suggested-password');
      }
      await fillPickup(page, { ...form, password: P12_PASSWORD, confirm: `${P12_PASSWORD}!` });
      await expectErrors(await submit(page), ['p12_password_confirm']);
      assert.equal(await page.locator('[name=reference]').inputValue(), facts.reference);
      await fillPickup(page, { ...form, password: NON_ASCII_PASSWORD });
      await expectErrors(await submit(page), ['p12_password']);
      await look('pickup-password');
      await fillPickup(page, { ...form, password: YEN_PASSWORD });
      if (withScripts) assert.match(await page.locator('main').innerText(), /「¥」は使えません/);
      await expectErrors(await submit(page), ['p12_password']);
      assert.match(await page.locator('#p12_password-error').innerText(), /¥/);
      await look('pickup-password-yen');
    });

    step('a wrong PIN costs a try and leads nowhere', async () => {
      const wrong = facts.pin.replace(/\d/g, (digit) => (9 - digit).toString());
      await fillPickup(page, { pin: wrong, password: P12_PASSWORD, deviceType: 'linux' });
      await expectErrors(await submit(page), ['pin']);
      await look('pickup-wrong-pin');
      assert.deepEqual(installation.ask('certificate', 'list', '--tenant', customer.tenant), []);
    });

    step('a double click and a browser closed at once make one certificate, which is there afterwards', async () => {
      await fillPickup(page, { pin: facts.pin, password: BACKSLASH_PASSWORD, deviceType: 'linux' });
      const accepted = page.waitForResponse((response) => response.status() === 303);
      await page.locator('main form .button-primary').dblclick({ noWaitAfter: true });
      await accepted;
      await browser.close();
      await open();
      const downloaded = page.waitForEvent('download');
      await page.goto(`${installation.publicUrl}/pickup/progress`).catch(() => {});
      person.store.importPkcs12(await person.keep(await downloaded), BACKSLASH_PASSWORD);
      assert.equal(person.store.ownCertificates().length, 1);
      assert.equal(installation.ask('certificate', 'list', '--tenant', customer.tenant).length, 1);
      assert.equal(await page.locator('main .warning').count(), 2, 'a word about the backslash and the blank');
      await look('pickup-after-all');
    });

    step("the mail's address leads back to the file while it can be repeated", async () => {
      const downloaded = page.waitForEvent('download');
      await page.goto(facts.address).catch(() => {});
      await person.keep(await downloaded);
      assert.equal(new URL(page.url()).pathname, '/pickup/progress');
    });

    step('the PIN, used, opens nothing in another browser and says what to do', async () => {
      await page.context().clearCookies();
      await page.goto(facts.address);
      await fillPickup(page, { pin: facts.pin, password: P12_PASSWORD, deviceType: 'linux' });
      assert.equal((await submit(page)).status(), 410);
      await look('pickup-used');
    });
  });
}
