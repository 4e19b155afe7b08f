// What the gate answers at the tenant's own address: a refusal with its code, or the application behind it.
import assert from 'node:assert/strict';

import { fill, submit } from './form.mjs';

/** Opens `address`; returns the status and, when refused, the denial's code. */
export async function visit(page, address) {
  const response = await page.goto(address);
  return { status: response.status(), denial: response.headers()['sekisho-denial'] };
}

export async function expectDenial(page, address, code, status = 403) {
  assert.deepEqual(await visit(page, address), { status, denial: code });
}

export async function expectAdmission(page, address) {
  assert.deepEqual(await visit(page, address), { status: 200, denial: undefined });
}

/** The portal's first visit: the login name is known from the certificate, the password is set. */
export async function setPortalPassword(page, password) {
  await fill(page, { password, password_confirm: password });
  return submit(page);
}

/** A later visit: the certificate says who, the password is typed. */
export async function signIn(page, loginName, password) {
  assert.equal(await page.locator('#login_name').inputValue(), loginName);
  await fill(page, { password });
  return submit(page);
}

/** [パスワードの変更] on the portal's home. */
export async function changePassword(page, present, chosen) {
  await page.locator('a[href="/password"]').click();
  await fill(page, { current_password: present, password: chosen, password_confirm: chosen });
  return submit(page);
}

/** [パスワードを忘れたとき] on the login page: has a code mailed. */
export async function askForCode(page) {
  await page.locator('a[href="/code"]').click();
  await page.locator('form[action="/code/mail"] button').click();
  await page.locator('#email_code').waitFor();
}

/** The code that was mailed, and a new password. */
export async function chooseByCode(page, code, chosen) {
  await fill(page, { email_code: code, password: chosen, password_confirm: chosen });
  return submit(page);
}

/** [ログアウト] on the portal's home. */
export async function signOut(page) {
  await page.locator('form[action="/sign-out"] button').click();
  await page.locator('form[action="/sign-in"]').waitFor();
}
