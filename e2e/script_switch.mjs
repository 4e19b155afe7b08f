// Switching a page's scripts off, as careful people and old machines do.

/** Switches scripts off for whatever `page` loads from now on. */
export async function scriptsOff(page) {
  // Not Playwright's `javaScriptEnabled`: a context of this browser's own profile cannot be made twice.
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setScriptExecutionDisabled', { value: true });
}
