// Somebody with a computer of their own: a home folder, a certificate store, and Chromium.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { chromium } from 'playwright-core';

import { NssStore } from './nss.mjs';

export const DESKTOP = { width: 1280, height: 800 };
export const TABLET = { width: 768, height: 1024 };
export const PHONE = { width: 320, height: 640 };

const CHROMIUM = process.env.SEKISHO_CHROMIUM ?? '/usr/bin/chromium';
const NAVIGATION_MS_MAX = 40_000;

// Nothing of the browser's own goes out to the network.
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];

export class Person {
  #installation;
  #browsers = [];
  #screen;

  /** With a `screen`, its browser has a window there and its own chooser; else it is headless and takes the first. */
  constructor(installation, { screen } = {}) {
    this.#installation = installation;
    this.#screen = screen;
    this.home = fs.mkdtempSync(path.join(os.tmpdir(), 'sekisho-person-'));
    this.store = new NssStore(this.home, installation.serverCa);
    if (!screen) this.#answerTheChooser();
  }

  /** Opens Chromium with this person's profile; returns its context. One at a time. `args`: further switches. */
  async openBrowser({ locale, viewport = DESKTOP, colorScheme = 'light', args = [] }) {
    const context = await chromium.launchPersistentContext(this.#profile(), {
      executablePath: CHROMIUM,
      headless: !this.#screen,
      env: { ...process.env, HOME: this.home, ...(this.#screen && { DISPLAY: this.#screen.display }) },
      args: [...QUIET, ...args],
      locale,
      viewport,
      colorScheme,
    });
    context.setDefaultTimeout(NAVIGATION_MS_MAX);
    this.#browsers.push(context);
    return context;
  }

  /** Saves a download in the home folder, under the name the server gave it. */
  async keep(download) {
    const file = path.join(this.home, download.suggestedFilename());
    await download.saveAs(file);
    return file;
  }

  async leave() {
    await Promise.all(this.#browsers.map((context) => context.close()));
    fs.rmSync(this.home, { recursive: true, force: true });
  }

  #profile() {
    return path.join(this.home, 'profile');
  }

  // Nobody can click the native chooser of a headless browser: without an answer the page waits for ever. This is
  // the setting behind the policy AutoSelectCertificateForUrls, written into the new profile, so that no rights on
  // the machine are needed. `{}` means: of the certificates that fit the server's hints, the first.
  #answerTheChooser() {
    const pattern = `https://[*.]localhost:${this.#installation.gatePort},*`;
    const preferences = {
      profile: {
        content_settings: {
          exceptions: { auto_select_certificate: { [pattern]: { setting: { filters: [{}] } } } },
        },
      },
    };
    const folder = path.join(this.#profile(), 'Default');
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'Preferences'), JSON.stringify(preferences));
  }
}
