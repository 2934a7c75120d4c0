// A login with SimpleWebAuthn, as its documentation shows it, in an ordinary application: a row for the challenge at start;
// at finish the challenge and the passkey are read, the answer is verified, and in one transaction the challenge goes, the
// counter is kept and a row of the audit log written. Passkeys come from outside: nobody registers here.
//
//   DATABASE_URL=mysql://… node server.mjs

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { generateAuthenticationOptions, verifyAuthenticationResponse } from "@simplewebauthn/server";
import mysql from "mysql2/promise";

const RP_ID = "localhost";
const ORIGIN = "http://localhost:8080";
const MINUTE = 60_000;

const TABLES = [
  `CREATE TABLE IF NOT EXISTS users (id BIGINT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(255) NOT NULL UNIQUE)`,
  `CREATE TABLE IF NOT EXISTS passkeys (
    id VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY, user_id BIGINT NOT NULL REFERENCES users (id),
    public_key VARBINARY(2048) NOT NULL, counter BIGINT NOT NULL, backed_up BOOLEAN NOT NULL DEFAULT FALSE,
    last_used_at DATETIME(3))`,
  `CREATE TABLE IF NOT EXISTS challenges (
    id CHAR(36) CHARACTER SET ascii PRIMARY KEY, challenge VARCHAR(255) NOT NULL, expires_at DATETIME(3) NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS audit_log (
    id BIGINT PRIMARY KEY AUTO_INCREMENT, user_id BIGINT NOT NULL, passkey_id VARCHAR(255) NOT NULL,
    what VARCHAR(64) NOT NULL, at DATETIME(3) NOT NULL)`,
];

const pool = mysql.createPool({ uri: process.env.DATABASE_URL, connectionLimit: 16, timezone: "Z" });

async function start() {
  const options = await generateAuthenticationOptions({ rpID: RP_ID, userVerification: "required" });
  const login = randomUUID();
  const expires = new Date(Date.now() + 5 * MINUTE);
  await pool.execute("INSERT INTO challenges (id, challenge, expires_at) VALUES (?, ?, ?)", [
    login,
    options.challenge,
    expires,
  ]);
  return { login, options };
}

async function finish({ login, response }) {
  const challenge = await one("SELECT challenge, expires_at FROM challenges WHERE id = ?", [login]);
  if (challenge.expires_at < new Date()) throw new Error("the login took too long");
  const passkey = await one(
    "SELECT p.id, p.public_key, p.counter, u.id AS user_id, u.name FROM passkeys p JOIN users u ON u.id = p.user_id WHERE p.id = ?",
    [response.id],
  );
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge.challenge,
    expectedOrigin: ORIGIN,
    expectedRPID: RP_ID,
    credential: { id: passkey.id, publicKey: passkey.public_key, counter: passkey.counter },
    requireUserVerification: true,
  });
  if (!verified) throw new Error("the signature does not verify");
  await record(login, passkey, authenticationInfo);
  return { user: passkey.name };
}

async function record(login, passkey, { newCounter, credentialBackedUp }) {
  const connection = await pool.getConnection();
  const now = new Date();
  try {
    await connection.beginTransaction();
    const [used] = await connection.execute("DELETE FROM challenges WHERE id = ?", [login]);
    if (used.affectedRows !== 1) throw new Error("the challenge was used");
    await connection.execute("UPDATE passkeys SET counter = ?, backed_up = ?, last_used_at = ? WHERE id = ?", [
      newCounter,
      credentialBackedUp,
      now,
      passkey.id,
    ]);
    await connection.execute("INSERT INTO audit_log (user_id, passkey_id, what, at) VALUES (?, ?, 'login', ?)", [
      passkey.user_id,
      passkey.id,
      now,
    ]);
    await connection.commit();
  } catch (error) {
    await connection.rollback();
    throw error;
  } finally {
    connection.release();
  }
}

async function one(statement, values) {
  const [rows] = await pool.execute(statement, values);
  if (rows.length !== 1) throw new Error("there is no such row");
  return rows[0];
}

async function answer(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = JSON.parse(Buffer.concat(chunks).toString());
  if (request.url === "/login/start") return start();
  if (request.url === "/login/finish") return finish(body);
  throw new Error("there is no such page");
}

const server = createServer(async (request, response) => {
  let status = 200;
  const answered = await answer(request).catch((error) => ((status = 400), { error: String(error) }));
  const body = JSON.stringify(answered);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
});

for (const table of TABLES) await pool.query(table);
server.listen(0, "127.0.0.1", () => console.log(`HTTP 127.0.0.1:${server.address().port}`));
