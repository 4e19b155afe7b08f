// Applications to protect: Radicale as its makers ship it, and a page that tells what reaches it.
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

import { eventually } from './eventually.mjs';
import { freePorts } from './free_ports.mjs';

const READY_SECONDS_MAX = 30;
const python = process.env.SEKISHO_PYTHON ?? path.resolve(import.meta.dirname, '../target/python/bin/python');

/** Radicale, told to believe the field `Remote-User`. Its data live in `folder`. */
export class Radicale {
  #server;
  #told = [];

  static async start(folder) {
    const radicale = new Radicale();
    const [port] = await freePorts(1);
    radicale.address = `http://127.0.0.1:${port}`;
    const settings = path.join(folder, 'radicale.conf');
    fs.writeFileSync(
      settings,
      `[server]\nhosts = 127.0.0.1:${port}\n[auth]\ntype = http_remote_user\n` +
        `[storage]\nfilesystem_folder = ${path.join(folder, 'collections')}\n`,
    );
    radicale.#server = spawn(python, ['-m', 'radicale', '--config', settings], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [radicale.#server.stdout, radicale.#server.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => radicale.#told.push(text));
    }
    await eventually('radicale answers', READY_SECONDS_MAX, async () => {
      if (radicale.#server.exitCode !== null) throw new Error(`radicale ended early:\n${radicale.#told.join('')}`);
      return fetch(`${radicale.address}/.web/`).then((answer) => answer.ok, () => false);
    });
    return radicale;
  }

  async stop() {
    const ended = new Promise((resolve) => this.#server.once('close', resolve));
    if (this.#server.kill('SIGTERM')) await ended;
  }
}

/** Answers every request with the fields that reached it, and echoes what comes over a WebSocket (RFC 6455). */
export class Echo {
  #server = http.createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.headers));
  });
  #sockets = new Set();

  static async start() {
    const echo = new Echo();
    echo.#server.on('upgrade', (request, socket) => echo.#welcome(request, socket));
    await new Promise((resolve) => echo.#server.listen(0, '127.0.0.1', resolve));
    echo.address = `http://127.0.0.1:${echo.#server.address().port}`;
    return echo;
  }

  async stop() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #welcome(request, socket) {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('data', (frame) => socket.write(echoed(frame)));
  }
}

/** One short text frame from a client, unmasked (RFC 6455 §5.2); the stories send one at a time. */
function echoed(frame) {
  const length = frame[1] & 0x7f;
  const mask = frame.subarray(2, 6);
  const text = frame.subarray(6, 6 + length).map((byte, place) => byte ^ mask[place % 4]);
  return Buffer.concat([Buffer.from([frame[0], length]), text]);
}
