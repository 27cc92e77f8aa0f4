/**
 * `node tell.js server|browser`: follows the script on stdin and writes what it saw, by step, to stdout.
 *
 * In the browser's telling a person's steps are done with the browser's client, as far as it can do them; the
 * product's own steps and the rest are done with the server's.
 */

import { setTimeout } from "node:timers/promises";
import { json } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";

import { signUserToken } from "@knocklabs/node/lib/tokenSigner";

import { browser, browserError } from "./browser.js";
import { Memory } from "./facts.js";
import { server, serverError } from "./server.js";

const PATIENCE_MS = 40_000;

const { host, feed, guides, cast, steps } = await json(process.stdin);
const isBrowser = process.argv[2] === "browser";
const memory = new Memory();
const players = {};
for (const [name, role] of Object.entries(cast)) players[name] = await player(role);

const saw = {};
for (const step of steps) saw[step.step] = await told(step);
process.stdout.write(JSON.stringify(saw));

/** What was seen at a step; at one that takes its time, as soon as it is what the script says, or after a while. */
async function told({ as, do: verb, with: given = {}, see, eventually }) {
  const deadline = Date.now() + (eventually ? PATIENCE_MS : 0);
  for (;;) {
    const fact = await players[as](verb, given).catch((error) => ({ failed: String(error) }));
    if (isDeepStrictEqual(fact, see) || Date.now() >= deadline) return fact;
    await setTimeout(200);
  }
}

/** Someone of the cast: does what a verb says and tells the fact, an error being one too. */
async function player({ key, me, signed_for }) {
  const token = signed_for && (await signUserToken(signed_for)); // with the key in KNOCK_SIGNING_KEY
  const setting = { host, key, token, feed, guides, me, memory };
  const onServer = server(setting);
  const inBrowser = isBrowser && me ? browser(setting) : {};
  return async (verb, given) =>
    verb in inBrowser
      ? inBrowser[verb](given).catch(browserError)
      : onServer[verb](given).catch(serverError);
}
