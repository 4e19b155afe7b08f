// One installation of the product, started fresh for one story and gone with it.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { eventually } from './eventually.mjs';
import { freePorts } from './free_ports.mjs';

const READY_SECONDS_MAX = 60;
const STOP_SECONDS_MAX = 15;

const binary =
  process.env.SEKISHO_BINARY ?? path.resolve(import.meta.dirname, '../target/debug/sekisho');

export class Installation {
  #server;
  #told = [];

  /** Starts `sekisho up` on free ports and waits until it serves. */
  static async start() {
    const installation = new Installation();
    await installation.#start();
    return installation;
  }

  async #start() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sekisho-e2e-'));
    this.data = path.join(this.folder, 'data');
    const [publicPort, gatePort, metricsPort] = await freePorts(3);
    this.#server = spawn(
      binary,
      ['up', '--data', this.data, '--public-port', publicPort, '--gate-port', gatePort, '--metrics-port', metricsPort],
      { stdio: ['ignore', 'pipe', 'pipe'], cwd: this.folder },
    );
    for (const stream of [this.#server.stdout, this.#server.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => this.#told.push(text));
    }
    let ended = false;
    this.#server.on('error', (reason) => this.#told.push(String(reason)));
    this.#server.on('close', () => (ended = true));

    const readyFile = path.join(this.data, 'ready.json');
    await eventually(`sekisho up is ready`, READY_SECONDS_MAX, () => {
      if (ended) throw new Error(`sekisho up ended early; it said:\n${this.told()}`);
      return /^ready$/m.test(this.told()) && fs.existsSync(readyFile);
    });
    const ready = JSON.parse(fs.readFileSync(readyFile, 'utf8'));
    this.publicUrl = ready.public_url.replace(/\/$/, '');
    this.gatePort = ready.gate_port;
    this.consoleUrl = ready.console_url;
    this.operator = {
      p12: ready.operator.p12,
      password: fs.readFileSync(ready.operator.password_file, 'utf8').trim(),
    };
    this.serverCa = ready.server_ca;
  }

  /** Everything the server has printed so far. */
  told() {
    return this.#told.join('');
  }

  /** The address of a name at the gate: `gate('sample')`, `gate('sample.desk')`. */
  gate(name) {
    return `https://${name}.localhost:${this.gatePort}`;
  }

  /** Runs the command line beside the running server and returns what it printed. */
  cli(...words) {
    return execFileSync(binary, [...words, '--data', this.data], { encoding: 'utf8', cwd: this.folder });
  }

  /** What the command line tells in JSON. */
  ask(...words) {
    return JSON.parse(this.cli(...words, '--json'));
  }

  async stop() {
    if (this.#server.exitCode === null && this.#server.signalCode === null) {
      const ended = new Promise((resolve) => this.#server.once('close', resolve));
      this.#server.kill('SIGINT');
      const patience = setTimeout(() => this.#server.kill('SIGKILL'), STOP_SECONDS_MAX * 1000);
      await ended;
      clearTimeout(patience);
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
    return this.#server.exitCode;
  }
}
