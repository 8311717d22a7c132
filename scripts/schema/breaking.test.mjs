// The check must be able to fail: each way of breaking a client is found, in a small schema and in ours.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { breaking } from "./breaking.mjs";

const RELEASED = `
  type Query { task(id: ID!, first: Int): Task, old: Gone @deprecated(reason: "ask for task") }
  type Task { name: String!, state: State!, tries: Int @deprecated }
  type Gone { way: Way }
  enum Way { ONE, OTHER }
  enum State { RUNNING, STOPPED, LOST @deprecated }
  input Wish { name: String, shape: String @deprecated }
  type Mutation { wish(input: Wish!): Task }
`;

const after = (...changes) =>
  breaking(RELEASED, changes.reduce((text, [from, to]) => {
    assert.ok(text.includes(from), from);
    return text.replace(from, to);
  }, RELEASED));

test("nothing breaks where nothing changed, or something came", () => {
  assert.deepEqual(after(), []);
  assert.deepEqual(after(["name: String!,", "name: String!, more: Int,"], ["RUNNING,", "RUNNING, PAUSED,"]), []);
});

test("a removed field is found", () => {
  assert.deepEqual(after(["name: String!,", ""]), ["Task.name was removed."]);
});

test("a retyped argument is found", () => {
  assert.deepEqual(after(["first: Int", "first: Int!"]), ["Query.task arg first has changed type from Int to Int!."]);
});

test("a removed enum value is found", () => {
  assert.deepEqual(after(["STOPPED,", ""]), ["STOPPED was removed from enum type State."]);
});

test("a new input that must be given is found", () => {
  assert.deepEqual(after(["name: String,", "name: String, must: Int!,"]).length, 1);
});

test("what a release deprecates may go, and the types that only it led to", () => {
  const gone = [
    ['old: Gone @deprecated(reason: "ask for task")', ""], ["type Gone { way: Way }", ""], ["enum Way { ONE, OTHER }", ""],
    ["tries: Int @deprecated", ""], ["LOST @deprecated", ""], ["shape: String @deprecated", ""],
  ];
  assert.deepEqual(after(...gone), []);
});

test("our own schema is read, and losing its tasks would be found", () => {
  const ours = readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8");
  assert.deepEqual(breaking(ours, ours), []);
  const without = ours.replace(/^  totalCount: Int!$/gm, "  wholeCount: Int!");
  assert.ok(breaking(ours, without).some((change) => change.includes("GrabTaskConnection.totalCount was removed")));
});

test("the last tag is what counts, and before the first there is nothing to keep", () => {
  const folder = mkdtempSync(join(tmpdir(), "schema-"));
  const git = (...words) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...words], { cwd: folder, stdio: "ignore" });
  const check = (schema) => {
    writeFileSync(join(folder, "schema.graphql"), schema);
    const script = fileURLToPath(new URL("since-release.mjs", import.meta.url));
    return spawnSync(process.execPath, [script], { cwd: folder, encoding: "utf8" });
  };
  const release = (tag) => {
    git("add", "schema.graphql");
    git("commit", "--quiet", "--no-gpg-sign", "--message", tag);
    git("tag", tag);
  };
  const without = RELEASED.replace("name: String!,", "");
  try {
    git("init", "--quiet");
    git("commit", "--quiet", "--no-gpg-sign", "--allow-empty", "--message", "nothing yet");
    assert.equal(check(RELEASED).status, 0);
    release("v0.9.0");
    assert.equal(check(RELEASED).status, 0);
    const refused = check(without);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /breaking since v0\.9\.0: Task\.name was removed/);
    release("v0.10.0");
    assert.equal(check(without).status, 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
