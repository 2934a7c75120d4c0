// A fresh, empty database for each server, on every engine.

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";

const SERVERS = "KEYSTEAD_TEST_DATABASES";

/**
 * SQLite, and every database server that the variable names, separated by commas.
 * @throws when the variable is missing: a suite that quietly ran on fewer engines would be worth nothing.
 */
export function engines() {
  const servers = (process.env[SERVERS] ?? "").split(",").map((server) => server.trim()).filter(Boolean);
  if (servers.length === 0) {
    throw new Error(`${SERVERS} is missing: use tests/run, or name servers (mysql://root@127.0.0.1:3306/)`);
  }
  return [sqlite, ...servers.map(onServer)];
}

/** An engine makes an empty database: `create` gives its URL, and what removes it. */
export const sqlite = {
  name: "SQLite",
  create: async (directory) => ({ url: `sqlite://${join(directory, "browser.db")}?mode=rwc`, drop: async () => {} }),
};

function onServer(text) {
  const server = new URL(text);
  return {
    name: `${server.protocol.replace(":", "")} at ${server.host}`,
    async create() {
      const name = `keystead_browser_${randomBytes(8).toString("hex")}`;
      await execute(server, `CREATE DATABASE ${name}`);
      return {
        url: Object.assign(new URL(server), { pathname: `/${name}` }).href,
        drop: () => execute(server, `DROP DATABASE ${name}`),
      };
    },
  };
}

/** Through the client of the distribution: nothing here else speaks the protocol. */
async function execute({ hostname, port, username, password }, statement) {
  const given = password ? [`--password=${decodeURIComponent(password)}`] : [];
  await promisify(execFile)("mariadb", [
    "--no-defaults",
    `--host=${hostname}`,
    `--port=${port || 3306}`,
    `--user=${decodeURIComponent(username)}`,
    ...given,
    `--execute=${statement}`,
  ]);
}
