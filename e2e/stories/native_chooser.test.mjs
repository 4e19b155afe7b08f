// Chromium with a window and its own certificate chooser, answered by keys: a visit before the import, and [Cancel].
// What the other stories answer by a setting is asked here as people are asked.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { chain } from '../chain.mjs';
import { CUSTOMERS } from '../customers.mjs';
import { Installation } from '../installation.mjs';
import { obtainFile } from '../obtained_file.mjs';
import { Person } from '../person.mjs';
import { expectDenial } from '../pages/site.mjs';
import { Screen } from '../screen.mjs';
import { P12_PASSWORD } from '../story.mjs';

describe('the native chooser', { timeout: 180_000 }, () => {
  const step = chain();
  const [customer] = CUSTOMERS;
  let installation, screen, person, page, site, desk;

  before(async () => {
    installation = await Installation.start();
    screen = await Screen.start();
    site = installation.gate(customer.tenant);
    desk = installation.gate(`${customer.tenant}.desk`);
    const file = await obtainFile(installation, customer);
    person = new Person(installation, { screen });
    page = await (await person.openBrowser({ locale: customer.browser })).newPage();
    await expectDenial(page, `${site}/`, 'no-certificate');
    person.store.importPkcs12(file, P12_PASSWORD);
  });

  after(async () => {
    await person?.leave();
    screen?.stop();
    await installation?.stop();
  });

  /** From a refusal over the retry page back to where one came from; the chooser comes twice. */
  async function chooseAgain(goal) {
    const retry = await page.locator('main a.button-primary[href*=".retry."]').getAttribute('href');
    const image = page.waitForEvent('requestfailed', (request) => request.url().includes('/.sekisho/choice/'));
    const works = await screen.answer('Return', page.goto(retry));
    assert.equal(works.status(), 200);
    assert.equal(new URL((await image).url()).origin, goal);
    const address = await page.locator('main a.button-primary').getAttribute('href');
    assert.equal(address, `${goal}/`);
    const opened = page.waitForResponse(address);
    await page.locator('main a.button-primary').click({ noWaitAfter: true });
    assert.equal((await screen.answer('Return', opened)).status(), 200);
  }

  step('a visit before the import: the browser asks again, and the service opens', async () => {
    await expectDenial(page, `${site}/`, 'no-certificate');
    await chooseAgain(site);
    await page.locator('main form').waitFor();
  });

  step('[Cancel]: refused for good, until the browser is made to ask again', async () => {
    const refused = await screen.answer('Escape', page.goto(`${desk}/`));
    assert.equal(refused.headers()['sekisho-denial'], 'no-certificate');
    await expectDenial(page, `${desk}/`, 'no-certificate');
    await chooseAgain(desk);
  });
});
