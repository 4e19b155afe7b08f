// The parts of the story that more than one test walks, in the order of DESIGN §2.
import assert from 'node:assert/strict';

import { Mailbox, pickupFacts } from './mail.mjs';
import { apply, pickUp, readDataEntry, startApplication } from './pages/public_site.mjs';
import { readSheet } from './pages/sheet.mjs';

export const LOCALES = [
  { tag: 'ja', browser: 'ja-JP' },
  { tag: 'en', browser: 'en-GB' },
];

/** Typed into the pickup form, and again into the certificate store. */
export const P12_PASSWORD = 'Tsubame-7-Kumo';

const READY_SUBJECT = /取得のご案内|Pick up your personal certificate/;

const noLook = async () => {};

/** From the contract sheet to a mail with a PIN: the first administrator's application. */
export async function applyAsFirstAdministrator(page, installation, { look = noLook } = {}) {
  const handOver = installation.handOver('sample');
  const sheet = await readSheet(page, handOver.sheet);
  await look(page, 'sheet');

  await startApplication(page, installation);
  await readDataEntry(page, handOver.dataEntry);
  await look(page, 'application');
  const answer = await apply(page, {
    family_name: 'Yamada',
    given_name: 'Taro',
    email: sheet.email,
    password: sheet.password,
    device_name: 'Office laptop',
    challenge_phrase: 'red fox at the gate',
  });
  assert.equal(answer.status(), 200);
  await look(page, 'application-sent');

  const mail = await new Mailbox(installation, sheet.email).next(READY_SUBJECT);
  return { sheet, mail, facts: pickupFacts(mail) };
}

/** From the mail to the file in hand. */
export async function pickUpOnLinux(page, person, facts, { look = noLook } = {}) {
  await page.goto(facts.address);
  assert.equal(await page.locator('[name=reference]').inputValue(), facts.reference);
  await look(page, 'pickup');
  const download = await pickUp(page, { pin: facts.pin, password: P12_PASSWORD, deviceType: 'linux' });
  const file = await person.keep(download);
  await look(page, 'pickup-ready');
  assert.match(file, /\.p12$/);
  return file;
}
