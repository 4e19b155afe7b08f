// The public site: front page, application form, pickup, guides.
import assert from 'node:assert/strict';

import { arrival, fill, submit } from './form.mjs';

/** Follows the big button of the front page to the application form. */
export async function startApplication(page, installation) {
  await page.goto(`${installation.publicUrl}/`);
  await page.locator('main a[href="/enrol"]').first().click();
  await page.waitForURL(`${installation.publicUrl}/enrol`);
}

/** Takes the door of the contract sheet, chooses `data_entry.txt` and presses [読み込む]: its facts are locked. */
export async function readDataEntry(page, file) {
  await page.locator('#door-sheet').click();
  await page.setInputFiles('[name=data_entry_file]', file);
  await page.locator('button[name=read][value=yes]').click();
  await page.locator('button[name=read][value=clear]').waitFor();
  assert.notEqual(await page.locator('[name=identification_code]').getAttribute('readonly'), null);
}

/** Fills what the form still asks for, and presses [同意して申請する]; the answer is another page. */
export async function apply(page, person) {
  await fill(page, person);
  return submit(page);
}

/** The same with the Enter key in the last field that was filled, which agrees and applies like the button. */
export async function applyByEnter(page, person) {
  await fill(page, person);
  const answered = arrival(page);
  await page.locator(`[name=${Object.keys(person).at(-1)}]`).press('Enter');
  return answered;
}

/** Fills what is asked for once the password was found right: the name, of whom none is on record. */
export async function stateName(page, { family_name, given_name }) {
  await page.locator('[name=held]').waitFor({ state: 'attached' });
  return apply(page, { family_name, given_name });
}

/** Fills the pickup form; what came with the mail's link stays as it is. */
export async function fillPickup(page, { pin, password, confirm = password, deviceType }) {
  await page.locator('[name=pin]').fill(pin);
  await page.locator('[name=p12_password]').fill(password);
  await page.locator('[name=p12_password_confirm]').fill(confirm);
  await page.locator(`[name=device_type][value=${deviceType}]`).check();
  await page.locator('[name=password_remembered]').check();
}

/** Presses [送信] and waits for the file, which comes in that same screen without another click. */
export async function pickUp(page, facts) {
  await fillPickup(page, facts);
  const downloaded = page.waitForEvent('download');
  await page.locator('main form button.button-primary').click();
  return downloaded;
}
