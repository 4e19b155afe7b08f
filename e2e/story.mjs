// The parts of the story that more than one test walks, in the order of DESIGN §2.
import assert from 'node:assert/strict';
import path from 'node:path';

import { Mailbox, invitationFacts, pickupFacts } from './mail.mjs';
import { apply, pickUp, readDataEntry, startApplication, stateName } from './pages/public_site.mjs';
import { readSheet } from './pages/sheet.mjs';

/** Typed into the pickup form, and again into the certificate store. */
export const P12_PASSWORD = 'Tsubame-7-Kumo';

const READY_SUBJECT = /取得のご案内|Pick up your personal certificate/;
export const INVITATION_SUBJECT = /申請のご案内|Apply for your personal certificate/;

const noLook = async () => {};

/** From the contract sheet to a mail with a PIN: the first administrator's application. */
export async function applyAsFirstAdministrator(page, installation, customer, files, { look = noLook } = {}) {
  const sheet = await readSheet(page, files.sheet);
  await look(page, 'sheet');

  await startApplication(page, installation);
  await readDataEntry(page, files.dataEntry);
  await look(page, 'application');
  const right = await apply(page, {
    email: sheet.email,
    password: sheet.password,
    device_name: 'Office laptop',
    challenge_phrase: 'red fox at the gate',
  });
  assert.equal(right.status(), 200);
  await look(page, 'application-name');
  const answer = await stateName(page, customer.administrator);
  assert.equal(answer.status(), 200);
  assert.match(await page.locator('main').innerText(), new RegExp(sheet.email));
  await look(page, 'application-sent');
  return pickupMail(installation, sheet.email);
}

/** From the invitation to a mail with a PIN: a colleague's application. */
export async function applyAsColleague(page, installation, customer, { look = noLook } = {}) {
  await applyAsInvited(page, customer, new Mailbox(installation, customer.colleague.email));
  await look(page, 'colleague-application-sent');
  return pickupMail(installation, customer.colleague.email);
}

/** Applies with the next invitation in the colleague's mailbox. */
export async function applyAsInvited(page, customer, mailbox, more = {}) {
  const invitation = invitationFacts(await mailbox.next(INVITATION_SUBJECT));
  await page.goto(invitation.address);
  const told = { email: customer.colleague.email, identification_code: invitation.identification_code };
  for (const [name, value] of Object.entries(told)) {
    const field = page.locator(`[name=${name}]`);
    assert.equal(await field.inputValue(), value);
    assert.notEqual(await field.getAttribute('readonly'), null, `${name} came with the link`);
  }
  assert.notEqual(await page.locator('[name=device_name]').inputValue(), '', 'a name is suggested');
  const answer = await apply(page, { password: invitation.password, device_name: 'Phone', ...more });
  assert.equal(answer.status(), 200);
}

/** What the mail about a pickup tells its reader. */
export async function pickupMail(installation, email) {
  return pickupFacts(await new Mailbox(installation, email).next(READY_SUBJECT));
}

/** From the mail to the file in hand. */
export async function pickUpOnLinux(page, person, facts, { look = noLook } = {}) {
  await page.goto(facts.address);
  assert.equal(await page.locator('[name=reference]').inputValue(), facts.reference);
  await look(page, 'pickup');
  const download = await pickUp(page, { pin: facts.pin, password: P12_PASSWORD, deviceType: 'linux' });
  const file = await person.keep(download);
  await look(page, 'pickup-ready');
  assert.match(path.basename(file), /^[a-z]+-[a-z-]+-\d{4}-\d{2}\.p12$/, 'company, device, month');
  return file;
}
