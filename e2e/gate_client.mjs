// A program that comes to the gate with a certificate, as a calendar on a phone does.
import fs from 'node:fs';
import https from 'node:https';

export class GateClient {
  #installation;
  #identity;

  /** Without `p12`, a client that has no certificate. */
  constructor(installation, { p12, password } = {}) {
    this.#installation = installation;
    this.#identity = {
      ca: fs.readFileSync(installation.serverCa),
      ...(p12 && { pfx: fs.readFileSync(p12), passphrase: password }),
      keepAlive: true,
      maxSockets: 1,
    };
    this.agent = new https.Agent(this.#identity);
  }

  /** Sends one request to a tenant's site; returns status, headers, text, and whether the connection was reused. */
  request(tenant, { method = 'GET', path = '/', headers = {}, body = '' } = {}) {
    const host = `${tenant}.localhost`;
    return new Promise((resolve, reject) => {
      const request = https.request(
        {
          agent: this.agent,
          method,
          path,
          // Not every resolver knows the names below localhost.
          host: '127.0.0.1',
          servername: host,
          port: this.#installation.gatePort,
          headers: { host: `${host}:${this.#installation.gatePort}`, ...headers },
        },
        (response) => {
          const parts = [];
          response.on('data', (part) => parts.push(part));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode,
              headers: response.headers,
              text: Buffer.concat(parts).toString('utf8'),
              reused: request.reusedSocket,
            }),
          );
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  leave() {
    this.agent.destroy();
  }
}
