// A person's certificate store: the NSS database that Chromium on Linux reads, `$HOME/.pki/nssdb`.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export class NssStore {
  #database;

  /** Makes an empty store under `home` that trusts `serverCa` for web servers. */
  constructor(home, serverCa) {
    const folder = path.join(home, '.pki', 'nssdb');
    fs.mkdirSync(folder, { recursive: true });
    this.#database = `sql:${folder}`;
    this.#run('certutil', '-N', '--empty-password');
    this.#run('certutil', '-A', '-n', 'server-ca', '-t', 'C,,', '-i', serverCa);
  }

  /** Imports a PKCS#12 file as a person would, with the password chosen for it. */
  importPkcs12(file, password) {
    this.#run('pk12util', '-i', file, '-W', password, '-K', '');
  }

  /** Nicknames of the certificates that come with their private key. */
  ownCertificates() {
    const lines = this.#run('certutil', '-L').split('\n');
    return lines.flatMap((line) => line.match(/^(.+?)\s+u,u,u\s*$/)?.[1] ?? []);
  }

  /** Takes a certificate and its key out again. */
  remove(nickname) {
    this.#run('certutil', '-F', '-n', nickname);
  }

  #run(program, ...words) {
    return execFileSync(program, [...words, '-d', this.#database], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
