// The tenant's desk, as the administrator uses it.

/** Adds one user, whose invitation then leaves by mail. */
export async function addUser(page, installation, user) {
  await page.goto(`${installation.gate('sample.desk')}/users/new`);
  for (const [name, value] of Object.entries(user)) {
    await page.locator(`[name=${name}]`).fill(value);
  }
  await page.locator('main form button.button-primary').click();
  await page.waitForLoadState();
}
