// Switching a page's scripts off, as careful people and old machines do, and on again for a moment.

export class ScriptSwitch {
  #session;

  /** Switches scripts off for whatever `page` loads from now on. */
  static async off(page) {
    const scripts = new ScriptSwitch();
    scripts.#session = await page.context().newCDPSession(page);
    await scripts.#set({ off: true });
    return scripts;
  }

  /** Lets scripts run during `act`. A page loaded before that does not run its own any more. */
  async onDuring(act) {
    await this.#set({ off: false });
    try {
      return await act();
    } finally {
      await this.#set({ off: true });
    }
  }

  #set({ off }) {
    // Not Playwright's `javaScriptEnabled`: that cannot be lifted, and axe-core needs timers.
    return this.#session.send('Emulation.setScriptExecutionDisabled', { value: off });
  }
}
