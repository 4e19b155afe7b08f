// The mail that the installation has captured, read as a person's mail program would.
import fs from 'node:fs';
import path from 'node:path';

import PostalMime from 'postal-mime';

import { eventually } from './eventually.mjs';

const MAIL_SECONDS_MAX = 15;

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

/** What the mail about the pickup tells: address of the pickup page, reference, PIN. */
export function pickupFacts(mail) {
  const address = said(mail, /https?:\/\/\S+\/pickup\?\S+/, 'pickup address');
  const pin = beside(mail, /PIN(?:番号)?/, /[\d -]{10,}/);
  return { address, reference: new URL(address).searchParams.get('reference'), pin };
}

/** What an invitation tells: where to apply, the identification code, the personal one-time password. */
export function invitationFacts(mail) {
  return {
    address: said(mail, /https?:\/\/\S+\/enrol\S*/, 'application address'),
    identification_code: beside(mail, /識別コード|Identification code/, /\S+/),
    password: beside(mail, /ワンタイムパスワード[^:\n]*|One-time password[^:\n]*/, /\S+/),
  };
}

/** The code to be typed back. */
export function mailedCode(mail) {
  return beside(mail, /確認コード|Confirmation code/, /[\d-]{14}/);
}

// Our letters say `label: value` in one line, or the value indented in the next where it is to be copied.
function beside(mail, label, value) {
  const line = new RegExp(`^(?:${label.source}):\\s+(${value.source})$`, 'm');
  return said(mail, line, `line ${label.source}`);
}

function said(mail, pattern, what) {
  const match = mail.text.match(pattern);
  // The text itself stays out of the message: it carries secrets.
  if (!match) throw new Error(`the mail "${mail.subject}" has no ${what}`);
  return (match[1] ?? match[0]).trim();
}
