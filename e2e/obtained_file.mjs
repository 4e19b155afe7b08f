// The way of DESIGN §2.1 by bare requests, for stories that begin where it ends: a PKCS#12 file in hand.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { eventually } from './eventually.mjs';
import { handOver } from './customers.mjs';
import { P12_PASSWORD, pickupMail } from './story.mjs';

const FILE_SECONDS_MAX = 30;

/** Applies and picks up as the customer's first administrator; returns the path of the file. */
export async function obtainFile(installation, customer) {
  const files = handOver(installation, customer);
  const sheet = fs.readFileSync(files.sheet, 'utf8');
  const printed = (pattern) => sheet.match(pattern)[1].trim();
  const email = printed(/<td>([^<]+@[^<]+)<\/td>/);
  const agreement_version = (await text(installation, '/enrol')).match(/name="agreement_version" value="([^"]+)"/)[1];

  const applied = await post(`${installation.publicUrl}/enrol`, {
    ...customer.administrator,
    email,
    agreement_version,
    data_entry: fs.readFileSync(files.dataEntry, 'utf8'),
    identification_code: printed(/id="identification-code">([^<]+)</),
    password: printed(/id="sheet-password">([^<]+)</),
    device_name: 'Office laptop',
    agree: 'yes',
  });
  assert.equal(applied.status, 303);

  const { reference, pin } = await pickupMail(installation, email);
  const picked = await post(`${installation.publicUrl}/pickup`, {
    reference,
    pin,
    p12_password: P12_PASSWORD,
    p12_password_confirm: P12_PASSWORD,
    password_remembered: 'yes',
    device_type: 'linux',
    key_origin: 'server',
  });
  assert.equal(picked.status, 303);
  const cookie = picked.headers.getSetCookie().map((field) => field.split(';')[0]).join('; ');

  const address = await eventually('the file is ready', FILE_SECONDS_MAX, async () => {
    const page = await text(installation, '/pickup/progress', { cookie });
    return page.match(/\/pickup\/file\?profile=\w+/)?.[0];
  });
  const answer = await fetch(`${installation.publicUrl}${address}`, { headers: { cookie } });
  assert.equal(answer.status, 200);
  const file = path.join(installation.folder, `${customer.tenant}.p12`);
  fs.writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  return file;
}

async function text(installation, address, headers = {}) {
  return (await fetch(`${installation.publicUrl}${address}`, { headers })).text();
}

function post(address, fields) {
  return fetch(address, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}
