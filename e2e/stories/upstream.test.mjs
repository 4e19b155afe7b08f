// A real application behind the gate: who one is there, is said by the certificate alone.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { chain } from '../chain.mjs';
import { CUSTOMERS } from '../customers.mjs';
import { GateClient } from '../gate_client.mjs';
import { Installation } from '../installation.mjs';
import { obtainFile } from '../obtained_file.mjs';
import { Person } from '../person.mjs';
import { expectAdmission } from '../pages/site.mjs';
import { P12_PASSWORD } from '../story.mjs';
import { Echo, Radicale } from '../upstreams.mjs';

const PRINCIPAL = {
  method: 'PROPFIND',
  path: '/',
  headers: { depth: '0', 'content-type': 'application/xml' },
  body: '<propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>',
};

describe('an application behind the gate', { timeout: 180_000 }, () => {
  const [customer] = CUSTOMERS;
  const step = chain();
  let installation, radicale, echo, person, client, user, page, socketClosed;

  before(async () => {
    installation = await Installation.start();
    const file = await obtainFile(installation, customer);
    [user] = installation.ask('user', 'list', '--tenant', customer.tenant);
    person = new Person(installation);
    person.store.importPkcs12(file, P12_PASSWORD);
    client = new GateClient(installation, { p12: file, password: P12_PASSWORD });
    radicale = await Radicale.start(installation.folder);
    echo = await Echo.start();
    installation.cli('tenant', 'upstream', customer.tenant, radicale.address, '--header', 'remote-user=user');
  });

  after(async () => {
    client?.leave();
    await person?.leave();
    await echo?.stop();
    await radicale?.stop();
    await installation?.stop();
  });

  step('Radicale takes the certificate’s user as signed in', async () => {
    const answer = await client.request(customer.tenant, PRINCIPAL);
    assert.equal(answer.status, 207);
    assert.match(answer.text, new RegExp(`<href>/${user.login}/</href>`));
  });

  step('a forged identity of the client’s own is replaced, in every spelling', async () => {
    for (const name of ['Remote-User', 'remote_user', 'REMOTE-USER']) {
      const headers = { ...PRINCIPAL.headers, [name]: 'somebody-else' };
      const answer = await client.request(customer.tenant, { ...PRINCIPAL, headers });
      assert.match(answer.text, new RegExp(`<href>/${user.login}/</href>`), name);
      assert.doesNotMatch(answer.text, /somebody-else/, name);
    }
  });

  step('without a certificate nothing of Radicale is reached', async () => {
    const stranger = new GateClient(installation);
    const headers = { ...PRINCIPAL.headers, 'remote-user': user.login };
    const answer = await stranger.request(customer.tenant, { ...PRINCIPAL, headers });
    stranger.leave();
    assert.equal(answer.status, 403);
    assert.equal(answer.headers['sekisho-denial'], 'no-certificate');
  });

  step('a calendar is made and read again', async () => {
    const path = `/${user.login}/work/`;
    const made = await client.request(customer.tenant, { method: 'MKCALENDAR', path });
    assert.equal(made.status, 201);
    const read = await client.request(customer.tenant, { ...PRINCIPAL, path });
    assert.equal(read.status, 207);
    assert.ok(read.reused, 'all this went over one connection');
  });

  step('in the browser Radicale’s own pages open', async () => {
    const browser = await person.openBrowser({ locale: customer.browser });
    page = await browser.newPage();
    await expectAdmission(page, `${installation.gate(customer.tenant)}/.web/`);
    assert.match(await page.title(), /Radicale/);
  });

  step('another application in its place sees our fields, and none of the visitor’s', async () => {
    installation.cli('tenant', 'upstream', customer.tenant, echo.address);
    const answer = await client.request(customer.tenant, {
      headers: { 'Sekisho-User': 'forged', 'X-Forwarded-For': '192.0.2.7', 'Client-Cert': 'forged' },
    });
    const fields = JSON.parse(answer.text);
    assert.equal(fields['sekisho-user'], user.login);
    assert.equal(fields['sekisho-tenant'], customer.tenant);
    assert.equal(fields['x-forwarded-proto'], 'https');
    assert.doesNotMatch(answer.text, /forged|192\.0\.2\.7/);
  });

  step('a WebSocket of the browser goes through', async () => {
    await expectAdmission(page, `${installation.gate(customer.tenant)}/`);
    const answer = await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          globalThis.socket = new WebSocket(`wss://${location.host}/echo`);
          globalThis.socketClosed = new Promise((closed) => (globalThis.socket.onclose = () => closed(true)));
          globalThis.socket.onerror = () => reject(new Error('the WebSocket failed'));
          globalThis.socket.onmessage = (message) => resolve(message.data);
          globalThis.socket.onopen = () => globalThis.socket.send('関所');
        }),
    );
    assert.equal(answer, '関所');
    socketClosed = page.evaluate(() => globalThis.socketClosed);
  });

  step('revoked, the WebSocket is cut and the open connection refuses', async () => {
    assert.ok((await client.request(customer.tenant)).reused);
    const [certificate] = installation.ask('certificate', 'list', '--tenant', customer.tenant);
    installation.cli('certificate', 'revoke', certificate.id, '--reason', 'key-compromise');
    const answer = await client.request(customer.tenant);
    assert.equal(answer.status, 403);
    assert.equal(answer.headers['sekisho-denial'], 'revoked');
    assert.ok(answer.reused, 'refused on the connection that was open');
    assert.ok(await socketClosed);
  });
});
