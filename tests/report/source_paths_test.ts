import assert from "node:assert/strict";
import { pathsFault } from "../../lib/report/source_paths.ts";

const GOOD: Record<string, string[]> = {
  "files beside and below each other": ["a.ts", "b.ts", "notebooks/a.ts", "notebooks/data/a.csv"],
  "names with dots, blanks and letters of any script": [
    "..a/b..c",
    "my data/größe 1.csv",
    "数据/a",
    ".hidden",
  ],
  "a folder with its files": ["data/", "data/a.csv", "data/empty/"],
};
for (const [name, paths] of Object.entries(GOOD)) {
  Deno.test(`${name} can be written`, () => assert.equal(pathsFault(paths), null));
}

const BAD: Record<string, [paths: string[], told: RegExp]> = {
  "a way up": [["../a"], /leaves its folder: \.\.\/a/],
  "a way up from further down": [["a/b/../../../c"], /leaves its folder/],
  "a path from the root": [["/etc/passwd"], /no path from the project/],
  "a path from home": [["~/a"], /no path from the project/],
  "a drive": [["C:/a"], /letters that no file may have/],
  "the other slash": [["..\\a"], /letters that no file may have/],
  "a NUL": [["a\0b"], /letters that no file may have/],
  "half of a letter": [["a\ud800"], /letters that no file may have/],
  "nothing": [[""], /no name/],
  "an empty part": [["a//b"], /no name/],
  "a dot": [["./a"], /no name/],
  "a dot at an end, which some systems drop": [["a./b"], /no name/],
  "a part that is too long": [["a".repeat(201)], /no name/],
  "what a kernel kept": [[".plateau/notebooks/a/run/cache/x.bin"], /lies in \.plateau/],
  "what a kernel kept, in other letters": [["sub/.PLATEAU/x"], /lies in \.PLATEAU/],
  "a package": [["node_modules/a/index.js"], /lies in node_modules/],
  "a file twice": [["a.ts", "a.ts"], /there twice: a\.ts/],
  "a file as a folder": [["a", "a/b"], /there twice: a/],
  "a folder as a file": [["a/b", "a"], /there twice: a/],
  "names that differ by case": [["a.ts", "A.ts"], /two for one: a\.ts, A\.ts/],
  "folders that differ by case": [["data/a", "Data/b"], /two for one: data, Data/],
  "names that differ by how a letter is composed": [["\u00e9", "e\u0301"], /two for one/],
};
for (const [name, [paths, told]] of Object.entries(BAD)) {
  Deno.test(`${name} cannot`, () => assert.match(pathsFault(paths) ?? "", told));
}
