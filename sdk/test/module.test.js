import { test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { spawnSync } from "node:child_process";
import * as sdk from "../src/index.js";
import { world } from "./wire.js";

const read = (path) => readFile(new URL(`../${path}`, import.meta.url), "utf8");
const withoutComments = (source) =>
  source
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !/^(\/\/|\/?\*)/.test(line))
    .join("\n");

// What a server sends: comments and indentation dropped, compressed. What a bundler makes of the module is measured with a
// real minifier, in the server's ServedSdkTest.
test("the module stays under 15 KB as a server sends it", async () => {
  const bytes = gzipSync(withoutComments(await read("src/index.js")), { level: 9 }).length;
  assert.ok(bytes < 15 * 1024, `${bytes} bytes`);
});

test("it obeys a strict CSP and loads nothing else", async () => {
  const source = withoutComments(await read("src/index.js"));
  for (const forbidden of [/\beval\(/, /new Function\b/, /\bimport\b/, /innerHTML/, /createElement/, /document\.write/, /iframe/])
    assert.doesNotMatch(source, forbidden);
});

test("globals are read in one place only", async () => {
  const source = withoutComments(await read("src/index.js"));
  assert.equal(source.match(/globalThis/g).length, 1);
  assert.doesNotMatch(source, /\bwindow\b|\bnavigator\.(?!locks)/);
  assert.doesNotMatch(source.replace(/env\.|this\.#env\.|g\./g, "§"), /(?<![§\w.#])(localStorage|sessionStorage)\./);
});

test("the package has no dependency and ships what it exports", async () => {
  const pack = JSON.parse(await read("package.json"));
  assert.equal(pack.name, "@symbolon/auth-js");
  assert.deepEqual([pack.dependencies, pack.devDependencies], [undefined, undefined]);
  for (const target of Object.values(pack.exports["."])) await read(target);
});

test("every public method and class is in index.d.ts, and nothing else", world(async (wire, browser) => {
  const types = await read("index.d.ts");
  const { auth } = browser.open();
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(auth)).filter((name) => name !== "constructor");
  const declared = /interface SymbolonClient \{([\s\S]*?)\n\}/.exec(types)[1];
  const names = [...declared.matchAll(/^  (\w+)\(/gm)].map(([, name]) => name);
  assert.deepEqual([...new Set(names)].sort(), methods.sort());
  for (const name of Object.keys(sdk)) assert.match(types, new RegExp(`export (declare )?(class|function) ${name}\\b`));
}));

test("every error is an AuthError with a stable code", () => {
  for (const [name, Kind] of Object.entries(sdk).filter(([name]) => name !== "createClient")) {
    const error = new Kind("words", "code");
    assert.ok(error instanceof sdk.AuthError);
    assert.equal(error.name, name);
    assert.ok(error.code);
  }
});

test("a process that made a client and did nothing ends by itself", () => {
  const url = new URL("../src/index.js", import.meta.url).href;
  const script = `const { createClient } = await import(${JSON.stringify(url)});
    const auth = createClient({ domain: "auth.example", clientId: "a" });
    const { error } = await auth.initialize();
    if (error) throw error;`;
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], { timeout: 20_000, encoding: "utf8" });
  assert.deepEqual([run.status, run.stderr], [0, ""]);
});

test("debug tells what happens and never a token", world(async (wire, browser) => {
  const said = [];
  const page = await browser.signIn({ client: { debug: (...words) => said.push(words.join(" ")) } });
  await page.auth.refreshSession();
  assert.ok(said.length);
  for (const text of said) assert.doesNotMatch(text, /eyJ|\.\d$/);
}));
