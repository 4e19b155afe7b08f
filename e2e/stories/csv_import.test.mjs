// Many users from a file of a spreadsheet: what is wrong is said row by row before anything is done.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe } from 'node:test';

import { chain } from '../chain.mjs';
import { CUSTOMERS } from '../customers.mjs';
import { eventually } from '../eventually.mjs';
import { Installation } from '../installation.mjs';
import { Album } from '../look.mjs';
import { Mailbox } from '../mail.mjs';
import { obtainFile } from '../obtained_file.mjs';
import { Person } from '../person.mjs';
import { Desk } from '../pages/desk.mjs';
import { submit } from '../pages/form.mjs';
import { printedPages } from '../pages/sheet.mjs';
import { P12_PASSWORD } from '../story.mjs';

const IMPORT_SECONDS_MAX = 60;
const HEADINGS = '氏名,よみ,姓(ローマ字),名(ローマ字),ログイン名,メールアドレス,備考';
const COLLEAGUES = {
  ja: {
    headings: HEADINGS,
    good: [
      '鈴木 一郎,すずき いちろう,Suzuki,Ichiro,suzuki,suzuki@sample.example,',
      '髙橋 次郎,たかはし じろう,Takahashi,Jiro,takahashi,takahashi@sample.example,=1+1',
    ],
    bad: [
      '伊藤 三郎,いとう さぶろう,Itō,Saburo,ito,ito@sample.example,',
      '=1+1,わるい,Warui,Gyo,warui,no address,',
    ],
    logins: ['suzuki', 'takahashi'],
    invited: { email: 'suzuki@sample.example', subject: /申請のご案内/ },
  },
  en: {
    headings: 'name,family_name,given_name,login,e-mail,note',
    good: [
      'Mary Finch,Finch,Mary,finch,finch@harbour.example,',
      'Tom Heron,Heron,Tom,heron,heron@harbour.example,=1+1',
    ],
    bad: ['Zoë Wren,Wren,Zoë,wren,wren@harbour.example,', '=1+1,Bad,Row,bad,no address,'],
    logins: ['finch', 'heron'],
    invited: { email: 'finch@harbour.example', subject: /Apply for your personal certificate/ },
  },
};

for (const customer of CUSTOMERS) {
  describe(`users from a file (${customer.locale})`, { timeout: 180_000 }, () => {
    const { headings, good, bad, logins, invited } = COLLEAGUES[customer.locale];
    const step = chain();
    const album = new Album('csv-import', customer.locale);
    let installation, administrator, page, desk;

    before(async () => {
      installation = await Installation.start();
      administrator = new Person(installation);
      administrator.store.importPkcs12(await obtainFile(installation, customer), P12_PASSWORD);
      const browser = await administrator.openBrowser({ locale: customer.browser });
      page = await browser.newPage();
      desk = new Desk(page, installation, customer);
    });

    after(async () => {
      await administrator?.leave();
      await installation?.stop();
    });

    function csv(name, rows, first = headings) {
      const file = path.join(administrator.home, name);
      fs.writeFileSync(file, [first, ...rows, ''].join('\r\n'));
      return file;
    }

    /** The same file as a Japanese Excel saves it. */
    function inShiftJis(file) {
      fs.writeFileSync(file, execFileSync('iconv', ['-f', 'UTF-8', '-t', 'CP932', file]));
      return file;
    }

    async function verdicts() {
      const chips = page.locator('main table tbody .chip');
      return chips.evaluateAll((all) => all.map((one) => one.className.match(/chip-(\w+)/)[1]).sort());
    }

    /** Starts the checked import and waits for its last page. */
    async function run() {
      await submit(page);
      const invited = page.locator('main a[href$="progress=invited"]');
      await eventually('the import ends', IMPORT_SECONDS_MAX, async () => (await invited.count()) === 1);
    }

    /** The file of rows that are left to mend. */
    async function leftToMend() {
      const result = page.locator('main a[href$="/result.csv"]');
      const downloaded = page.waitForEvent('download');
      await result.click();
      return fs.readFileSync(await administrator.keep(await downloaded), 'utf8');
    }

    step('a file that is none of ours is answered at the field', async () => {
      const file = path.join(administrator.home, 'letter.csv');
      fs.writeFileSync(file, 'Dear colleagues,\r\n');
      assert.equal((await desk.checkCsv(file)).status(), 422);
      await album.look(page, 'no-columns');
    });

    step('a workbook is named as one', async () => {
      const file = path.join(administrator.home, 'users.xlsx');
      fs.writeFileSync(file, 'PK\x03\x04\x14');
      assert.equal((await desk.checkCsv(file)).status(), 422);
      assert.match(await page.locator('#file-error').innerText(), /Excel/);
    });

    step('in UTF-8: two rows are good, two are bad and say why, and nothing is done yet', async () => {
      assert.equal((await desk.checkCsv(csv('users.csv', [...good, ...bad]))).status(), 200);
      assert.deepEqual(await verdicts(), ['bad', 'bad', 'good', 'good']);
      await album.look(page, 'verdict');
      assert.equal(installation.ask('user', 'list', '--tenant', customer.tenant).length, 1);
    });

    step('started, it invites the good ones; the file of results has what is left to mend and runs no formula', async () => {
      await run();
      await album.look(page, 'result');
      const result = await leftToMend();
      assert.equal(result.trimEnd().split('\r\n').length, 3);
      assert.doesNotMatch(result, /(^|,)"?=/m);
      const added = installation.ask('user', 'list', '--tenant', customer.tenant).map((user) => user.login);
      assert.equal(added.length, 3);
      assert.ok(logins.every((login) => added.includes(login)));
      await new Mailbox(installation, invited.email).next(invited.subject);
    });

    step('the invitations of all who were added are printed, a page of paper each', async () => {
      await page.locator('main a[href^="/users/selected/slips"]').click();
      await page.waitForURL(/\/selected\/slips/);
      await album.look(page, 'slips-asked');
      assert.equal((await submit(page)).status(), 200);
      assert.equal(await page.locator('section.slip').count(), logins.length);
      assert.equal(await printedPages(page), logins.length);
      await album.look(page, 'slips');
    });

    step('in Shift_JIS: a name of Japan’s second row of letters arrives as it is written', async () => {
      const row = '﨑山 志乃,さきやま しの,Sakiyama,Shino,sakiyama,sakiyama@sample.example,①';
      assert.equal((await desk.checkCsv(inShiftJis(csv('excel.csv', [row], HEADINGS)))).status(), 200);
      assert.deepEqual(await verdicts(), ['good']);
      await run();
      await page.goto(`${installation.gate(`${customer.tenant}.desk`)}/users`);
      assert.equal(await page.locator('main table a', { hasText: '﨑山 志乃' }).count(), 1);
      await album.look(page, 'users');
    });

    step('people are found in any spelling, and those of a page are selected together', async () => {
      const list = `${installation.gate(`${customer.tenant}.desk`)}/users`;
      await page.goto(`${list}?q=${encodeURIComponent('ｻｷﾔﾏ 崎山')}`);
      assert.equal(await page.locator('main table a', { hasText: '﨑山 志乃' }).count(), 1);
      assert.equal(await page.locator('main table [name=user]').count(), 1);
      await page.goto(list);
      const people = await page.locator('main table [name=user]').count();
      const told = () => page.locator('.acts-below output').innerText();
      await page.locator('main a[data-pick=page]').click();
      assert.equal(Number.parseInt(await told(), 10), people);
      await page.locator('main table [name=user]').first().uncheck();
      assert.equal(Number.parseInt(await told(), 10), people - 1);
      await album.look(page, 'users-selected');
    });

    step('the same people again are no error, and there is nothing to do', async () => {
      assert.equal((await desk.checkCsv(csv('again.csv', good))).status(), 200);
      assert.deepEqual(await verdicts(), ['idle', 'idle']);
      await album.look(page, 'verdict-same');
    });
  });
}
