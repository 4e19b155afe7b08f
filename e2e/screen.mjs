// A screen without a monitor, for what only a browser with a window shows: Chromium's native certificate chooser.
import { execFileSync, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

const BETWEEN_KEYS_MS = 400;
const KEYS_MAX = 50;

export class Screen {
  #server;

  /** Starts Xvfb on a display that is free. */
  static async start() {
    const screen = new Screen();
    screen.#server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const number = await new Promise((resolve, reject) => {
      screen.#server.stdout.setEncoding('utf8').once('data', resolve);
      screen.#server.once('error', reject);
      screen.#server.once('close', () => reject(new Error('Xvfb ended early')));
    });
    screen.display = `:${number.trim()}`;
    return screen;
  }

  /**
   * Answers the chooser until `outcome`, what waits for it, is there: `Return` takes the certificate that it offers
   * first, `Escape` is [Cancel]. The chooser is drawn in the browser's window and tells nobody that it is open; a key
   * that comes too early meets a page without focus and does nothing.
   */
  async answer(key, outcome) {
    let isOver = false;
    const over = outcome.finally(() => (isOver = true));
    over.catch(() => {});
    for (let pressed = 0; !isOver && pressed < KEYS_MAX; pressed += 1) {
      await Promise.race([over.catch(() => {}), pause(BETWEEN_KEYS_MS)]);
      if (!isOver) execFileSync('xdotool', ['key', key], { env: { ...process.env, DISPLAY: this.display } });
    }
    return over;
  }

  stop() {
    this.#server.kill();
  }
}
