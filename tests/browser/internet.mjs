// A small internet of three domains, in one HTTPS server that answers for all: `login.example` is the relying party's,
// `shop.example` a related origin of it, `portal.example` frames its page.

import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";

const CERTIFICATE = new URL("certificate/certificate.pem", import.meta.url);
const KEY = new URL("certificate/key.pem", import.meta.url);

const PAGES = {
  "/": "<!doctype html><title>Page</title>",
  "/framing": `<!doctype html><title>Portal</title>
    <iframe src="https://login.example/" allow="publickey-credentials-get *; publickey-credentials-create *"></iframe>`,
};

export class Internet {
  /** Starts it. What a domain publishes under `/.well-known/` comes from `keystead`, an origin such as `http://localhost:8080`. */
  static async start(keystead) {
    const [cert, key] = await Promise.all([readFile(CERTIFICATE), readFile(KEY)]);
    const server = https.createServer({ cert, key }, (request, response) => {
      if (request.url.startsWith("/.well-known/")) return forward(keystead, request, response);
      const page = PAGES[request.url];
      response.writeHead(page ? 200 : 404, { "content-type": "text/html" }).end(page ?? "");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Internet(server, cert);
  }

  #server;
  /** What a browser needs to find this internet and to trust its certificate. */
  args;

  constructor(server, cert) {
    this.#server = server;
    const spki = new X509Certificate(cert).publicKey.export({ type: "spki", format: "der" });
    const hash = createHash("sha256").update(spki).digest("base64");
    this.args = [
      `--host-resolver-rules=MAP *:443 127.0.0.1:${server.address().port}`,
      `--ignore-certificate-errors-spki-list=${hash}`,
    ];
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** As a reverse proxy does: the host that the browser asked for stays. */
function forward(keystead, { url, headers }, response) {
  const request = http.get(new URL(url, keystead), { headers: { host: headers.host } }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  request.on("error", (error) => response.writeHead(502).end(String(error)));
}
