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

/** A later visit: login name and password. */
export async function signIn(page, loginName, password) {
  await fill(page, { login_name: loginName, password });
  return submit(page);
}

/** [ログアウト] on the portal's home. */
export async function signOut(page) {
  await page.locator('form[action="/sign-out"] button').click();
  await page.locator('form[action="/sign-in"]').waitFor();
}
