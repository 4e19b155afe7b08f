// The contract sheet, read as it is printed.

/** Opens the sheet and returns what the first administrator has to type from it. */
export async function readSheet(page, file) {
  await page.goto(`file://${file}`);
  const text = async (place) => (await page.locator(place).innerText()).trim();
  return {
    email: await text('tr:has(+ tr #identification-code) td'),
    identification_code: await text('#identification-code'),
    password: await text('#sheet-password'),
  };
}
