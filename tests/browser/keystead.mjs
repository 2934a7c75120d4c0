// The server under test: the real binary, as a developer starts it.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Long enough for a busy machine to start anything, short enough to fail within the patience of a person. */
const PATIENCE = 60_000;

/** A running `keystead serve --dev` on free ports, with a fresh database of `engine`. */
export class Keystead {
  static async start(engine) {
    const binary = process.env.KEYSTEAD_BIN;
    if (!binary) throw new Error("KEYSTEAD_BIN is missing: use tests/run, or name the keystead binary");
    const directory = await mkdtemp(join(tmpdir(), "keystead-browser-"));
    const database = await engine.create(directory);
    const child = spawn(binary, ["serve", "--dev"], {
      cwd: directory,
      env: {
        ...process.env,
        KEYSTEAD__DATABASE__URL: database.url,
        KEYSTEAD__HTTP__LISTEN: "127.0.0.1:0",
        KEYSTEAD__SERVER__LISTEN: "127.0.0.1:0",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    await once(child, "spawn");
    const server = new Keystead(child, directory, database);
    try {
      server.origin = await server.#announced();
      return server;
    } catch (error) {
      await server.stop().catch(() => {});
      throw error;
    }
  }

  /** Where the playground is, such as `http://localhost:8080`. */
  origin;
  /** Everything the server printed, on either stream. */
  log = "";
  #child;
  #directory;
  #database;
  #ended;

  constructor(child, directory, database) {
    [this.#child, this.#directory, this.#database] = [child, directory, database];
    this.#ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (this.log += text));
    }
  }

  /** Calls the API as a backend does: `call("UserService/UpsertUser", { externalId: "anna" })`. Throws what is not OK. */
  async call(method, request = {}) {
    const environment = await readFile(join(this.#directory, ".keystead/dev.env"), "utf8");
    const apiKey = /^KEYSTEAD_API_KEY=(.*)$/m.exec(environment)[1];
    const address = /^ *gRPC +(\S+)$/m.exec(this.log)[1];
    const json = JSON.stringify(request);
    const given = ["-plaintext", "-H", `authorization: Bearer ${apiKey}`, "-d", json];
    const { stdout } = await promisify(execFile)("grpcurl", [...given, address, `keystead.v1.${method}`]);
    return JSON.parse(stdout);
  }

  /** Stops the server as an operator does, and removes what it left. */
  async stop() {
    this.#child.kill("SIGTERM");
    const how = await this.#ended;
    await this.#database.drop();
    await rm(this.#directory, { recursive: true });
    if (how !== 0) throw new Error(`the server ended with ${how}:\n${this.log}`);
  }

  /** The playground's address, as soon as the server prints it. */
  #announced() {
    return new Promise((resolve, reject) => {
      const fail = (why) => reject(new Error(`the server ${why}:\n${this.log}`));
      const late = setTimeout(() => fail("did not start in time"), PATIENCE);
      const settled = () => clearTimeout(late);
      this.#ended.then(() => fail("ended at start")).finally(settled);
      this.#child.stdout.on("data", () => {
        const page = /^ *playground +(http:\S+)$/m.exec(this.log);
        if (!page) return;
        settled();
        resolve(page[1]);
      });
    });
  }
}
