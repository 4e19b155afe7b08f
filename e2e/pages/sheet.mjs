// The contract sheet, read as it is printed: a label, and beside it a value.

/** Opens the sheet and returns what the first administrator has to type from it. */
export async function readSheet(page, file) {
  await page.goto(`file://${file}`);
  return {
    email: await beside(page, /e-?mail|メールアドレス/i),
    identification_code: await beside(page, /identification code|識別コード/i),
    password: await beside(page, /password|パスワード/i),
  };
}

async function beside(page, label) {
  const term = page.locator('dt, th').filter({ hasText: label }).first();
  const value = term.locator('xpath=following-sibling::*[self::dd or self::td][1]');
  return (await value.innerText()).trim();
}
