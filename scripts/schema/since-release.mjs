// Compares schema.graphql with that of the last tag. Before the first release there is nothing to keep.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { breaking } from "./breaking.mjs";

const git = (...words) => execFileSync("git", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
const tag = git("tag", "--list", "v*", "--merged", "HEAD", "--sort", "-version:refname").split("\n")[0];

if (!tag || !git("ls-tree", "--name-only", tag, "schema.graphql")) {
  console.log(tag ? `${tag} has no schema.graphql: nothing to compare` : "no release yet: nothing to compare");
} else {
  const changes = breaking(git("show", `${tag}:schema.graphql`), readFileSync("schema.graphql", "utf8"));
  changes.forEach((change) => console.error(`breaking since ${tag}: ${change}`));
  console.log(`schema.graphql: ${changes.length} breaking changes since ${tag}`);
  process.exitCode = changes.length ? 1 : 0;
}
