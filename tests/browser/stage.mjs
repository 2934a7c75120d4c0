// What a suite plays on: one server with a fresh database, one browser, and a new browser session for every test.

import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";

import { launch } from "./chromium.mjs";
import { Keystead } from "./keystead.mjs";
import { Playground } from "./playground.mjs";

/** Sets the stage for the suite it is called in. What a page did wrong by itself fails the test that opened it. */
export function stageOn(engine) {
  const opened = [];
  const stage = {
    browser: undefined,
    server: undefined,
    /** Opens the playground, with an authenticator. */
    async open(options) {
      const playground = await Playground.open(stage.browser, stage.server.origin, options);
      opened.push(playground);
      return playground;
    },
  };
  before(async () => {
    stage.server = await Keystead.start(engine);
    stage.browser = await launch();
  });
  afterEach(async () => {
    const faults = opened.flatMap((playground) => playground.faults);
    await Promise.all(opened.splice(0).map((playground) => playground.close()));
    assert.deepEqual(faults, []);
  });
  after(async () => {
    await stage.browser?.close();
    await stage.server?.stop();
  });
  return stage;
}
