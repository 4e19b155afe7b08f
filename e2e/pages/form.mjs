// Our forms: fields by their names, one primary button.

/** Types into fields, chooses in lists. */
export async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = page.locator(`[name=${name}]`);
    const isList = await field.evaluate((element) => element.tagName === 'SELECT');
    await (isList ? field.selectOption(value) : field.fill(value));
  }
}

/** Presses the one button that acts, of the page or of a form on it, and returns the answer, redirects followed. */
export async function submit(page, form = 'form:not([role=search])') {
  const answered = arrival(page);
  await page.locator(`main ${form} :is(.button-primary, .button-danger)`).click();
  return answered;
}

/** The next page's answer, once it is there; redirects followed. */
export async function arrival(page) {
  const response = await page.waitForResponse(
    (response) => response.request().isNavigationRequest() && response.status() !== 303,
  );
  await page.waitForLoadState();
  return response;
}
