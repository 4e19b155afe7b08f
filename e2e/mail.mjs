// The mail that the installation has captured, read as a person's mail program would.
import fs from 'node:fs';
import path from 'node:path';

import PostalMime from 'postal-mime';

import { eventually } from './eventually.mjs';

const MAIL_SECONDS_MAX = 30;

export class Mailbox {
  #folder;
  #address;
  #read = new Set();

  constructor(installation, address) {
    this.#folder = path.join(installation.data, 'mail');
    this.#address = address.toLowerCase();
  }

  /** The next mail to this address that has not been read yet and whose subject matches. */
  async next(subject) {
    return eventually(`a mail to ${this.#address} with the subject ${subject}`, MAIL_SECONDS_MAX, async () => {
      const names = fs.existsSync(this.#folder) ? fs.readdirSync(this.#folder).sort() : [];
      for (const name of names) {
        if (!name.endsWith('.eml') || this.#read.has(name)) continue;
        const mail = await PostalMime.parse(fs.readFileSync(path.join(this.#folder, name)));
        const isOurs = mail.to?.some((to) => to.address.toLowerCase() === this.#address);
        if (!isOurs || !subject.test(mail.subject)) continue;
        this.#read.add(name);
        return mail;
      }
      return undefined;
    });
  }
}

/** What a "certificate is ready" mail tells: address of the pickup page, reference, PIN. */
export function pickupFacts(mail) {
  const address = mail.text.match(/https?:\/\/\S+\/pickup\?\S+/)?.[0];
  if (!address) throw new Error(`no pickup address in the mail:\n${mail.text}`);
  const pin = mail.text.match(/PIN[^\n\d]*\n?[^\n\d]*((?:\d[ -]?){10,})/)?.[1];
  if (!pin) throw new Error('no PIN of ten digits or more in the mail');
  return { address, reference: new URL(address).searchParams.get('reference'), pin: pin.trim() };
}

/** What an invitation tells: where to apply, the identification code, the personal one-time password. */
export function invitationFacts(mail) {
  const address = mail.text.match(/https?:\/\/\S+\/enrol\S*/)?.[0];
  const code = mail.text.match(/(?:識別コード|[Ii]dentification code)[^\n]*?[::]?\s*\n?\s*([A-Z0-9-]{6,})/)?.[1];
  const password = mail.text.match(/(?:パスワード|[Pp]assword)[^\n]*?[::]?\s*\n?\s*([A-Za-z0-9-]{12,})/)?.[1];
  if (!address || !code || !password) throw new Error(`an invitation without address, code or password`);
  return { address, code, password };
}
