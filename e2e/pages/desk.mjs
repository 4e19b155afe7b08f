// The tenant's desk, as the administrator uses it.
import assert from 'node:assert/strict';

import { fill, submit } from './form.mjs';

export class Desk {
  #page;
  #address;

  constructor(page, installation, customer) {
    this.#page = page;
    this.#address = installation.gate(`${customer.tenant}.desk`);
  }

  openHome() {
    return this.#page.goto(`${this.#address}/`);
  }

  /** The applications that wait, from the bar. */
  async openApplications() {
    await this.openHome();
    await this.#page.locator('nav a[href="/applications"]').click();
    await this.#page.waitForURL(/\/applications$/);
  }

  /** [step2 ユーザーの作成], from the page that shows it. */
  async startWithStep2() {
    await this.#page.locator('main a.button-primary[href$="/users/new"]').click();
    await this.#page.locator('[name=display_name]').waitFor();
  }

  /** Fills the form for one user, whose invitation then leaves by mail. */
  async addUser(user) {
    await fill(this.#page, user);
    await this.#answered(() => submit(this.#page));
  }

  /** How far a person has come, by the desk's own filter. */
  async hasComeTo(user, progress) {
    await this.#page.goto(`${this.#address}/users?progress=${progress}`);
    return (await this.#link(user).count()) === 1;
  }

  async openUser(user) {
    await this.#page.goto(`${this.#address}/users`);
    await this.#link(user).click();
    await this.#page.waitForURL(/\/users\/[0-9a-f-]{36}/);
  }

  /** Takes the one link of this page that leads to an act, and confirms it there. */
  async act(name, { look } = {}) {
    await this.#page.locator(`main a[href$="/${name}"]`).click();
    await this.#page.waitForURL(new RegExp(`/${name}$`));
    await look?.(this.#page, `desk-confirm-${name}`);
    if (name === 'revoke') await this.#page.check('[name=reason][value=key-compromise]');
    await this.#answered(() => submit(this.#page));
    assert.equal(await this.#page.locator('main [role=status]').count(), 1, `the desk says that ${name} is done`);
  }

  /** Ticks people in the list and confirms one act on all of them. */
  async actOnSelected(name, users, { look }) {
    await this.#page.goto(`${this.#address}/users`);
    for (const user of users) {
      await this.#page.locator('main table tr', { hasText: user.display_name }).getByRole('checkbox').check();
    }
    await this.#page.locator(`main form.wide button[formaction$="/${name}"]`).first().click();
    await this.#page.waitForURL(new RegExp(`/selected/${name}`));
    await look(this.#page, `desk-selected-${name}`);
    await this.#answered(() => submit(this.#page));
    assert.equal(await this.#page.locator('main table .chip-good').count(), users.length);
    await look(this.#page, `desk-selected-${name}-done`);
  }

  /** [お知らせとリンク]: one announcement and one link. */
  async announce({ title, text, link_title, link_address }) {
    await this.#page.goto(`${this.#address}/portal`);
    await fill(this.#page, { announcement_title: title, announcement_text: text });
    await this.#answered(() => submit(this.#page, 'form[action="/portal/announcements"]'));
    await fill(this.#page, { link_title, link_address });
    await this.#answered(() => submit(this.#page, 'form[action="/portal/links"]'));
  }

  /** Removes the one announcement after the desk has asked back. */
  async takeOffAnnouncement({ look }) {
    await this.#page.goto(`${this.#address}/portal`);
    await this.#page.locator('main article a[href$="/remove"]').click();
    await this.#page.waitForURL(/\/remove$/);
    await look(this.#page, 'desk-portal-removal');
    await this.#answered(() => submit(this.#page));
  }

  /** Uploads a CSV file; the answer is the verdict on each row. */
  async checkCsv(file) {
    await this.#page.goto(`${this.#address}/import`);
    await this.#page.setInputFiles('[name=file]', file);
    return submit(this.#page);
  }

  async #answered(act) {
    const answer = await act();
    assert.equal(answer.status(), 200, `the desk's answer at ${answer.url()}`);
  }

  #link(user) {
    return this.#page.locator('main table a', { hasText: user.display_name });
  }
}
