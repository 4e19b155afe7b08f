// The contract sheet, read as it is printed.
import assert from 'node:assert/strict';

/** Opens the sheet and returns what the first administrator has to type from it. */
export async function readSheet(page, file) {
  await page.goto(`file://${file}`);
  assert.equal(await printedPages(page), 1, 'the sheet is one page of paper');
  const text = async (place) => (await page.locator(place).innerText()).trim();
  return {
    email: await text('tr:has(+ tr #identification-code) td'),
    identification_code: await text('#identification-code'),
    password: await text('#sheet-password'),
  };
}

/** How many pages of paper the page takes, on the paper that it asks for. */
export async function printedPages(page) {
  const pdf = await page.pdf({ preferCSSPageSize: true });
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
}
