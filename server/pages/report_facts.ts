/** What a report says of how it was made, from its manifest. */
import { clock } from "../../lib/charts/format.ts";
import type { Manifest } from "../../lib/report/manifest.ts";
import { html, type Markup } from "./markup.ts";
import { verifyLine, writtenName } from "../report/plateau_line.ts";
import { goalText } from "../report/size_goal.ts";
import { sizeText } from "./size_text.ts";
import { count, took } from "./words.ts";

/** Files that are listed one by one; of more the rest is counted. */
const LISTED = 12;

/**
 * The list of facts, and under it the line that checks them.
 * @param failed cells that failed, one line each
 */
export function reportFacts(manifest: Manifest, failed: readonly string[] = []): Markup {
  const inside = manifest.data.every((file) => file.inside)
    ? "Sources, data and numbers"
    : "Sources and numbers";
  const failures: Fact = [
    "Failed",
    failed.length === 0 ? null : html`${failed.map((line) => html`<div>${line}</div>`)}`,
  ];
  const rows = [failures, ...factsOf(manifest)].filter(([, value]) => value !== null);
  return html`
    <dl class="facts">${rows.map(([name, value]) =>
      html`
        <dt>${name}</dt>
        <dd>${value}${SAID.has(name) && "*"}</dd>
      `
    )}</dl>
    <p
      class="check">* As said by whoever made the file, and not checked: the commit, the machine, the times. The hash over
      the file finds damage; it is no signature.</p>
    <p class="check">${inside} are inside. To check them, and run it all again, in a clone of Plateau:
      <code>${verifyLine(writtenName(manifest))}</code></p>
    <p
      class="check">Plateau is a notebook tool that asks how long a model should train. Its clone needs git and Deno;
      with Node 20 instead, write <code>npx -y</code> before that line.</p>
  `;
}

/** Facts that running it again does not show, or not all of them. */
const SAID = new Set(["Notebook", "Runs", "Took", "Machine", "Made"]);

type Fact = readonly [name: string, value: Markup | string | null];

function factsOf(manifest: Manifest): readonly Fact[] {
  const { seeds, seconds, on, modes, command, made } = manifest;
  // seeds in logs that were read are of other runs
  const some = seeds.length > 0 && on.engine !== "none" &&
    `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`;
  const time = took(seconds) || clock(seconds);
  const engine = on.engine === "none"
    ? "none was needed"
    : [`${on.engine} ${on.version}`, on.device && `on ${on.device}`].filter(Boolean).join(" ");
  return [
    ["Notebook", notebook(manifest)],
    some ? ["Runs", `${some}; ${time} in all`] : ["Took", time],
    ["Data", data(manifest)],
    ["Engine", [engine, ...modes.filter((mode) => mode !== engine)].join("; ")],
    [
      "Machine",
      [on.processor, count(on.threads, "thread"), on.system, `Deno ${on.deno}`].filter(Boolean).join(", "),
    ],
    ["Made", new Date(made).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC")],
    ["Size", sizes(manifest)],
    ["Reproduce", html`<code>${command}</code>`],
  ];
}

function notebook({ notebook, git, sources }: Manifest): Markup {
  const at = git === null ? [", in no commit"] : git === "unknown" ? [", its commit is not known"] : [
    " at ",
    html`<code>${git.commit.slice(0, 7)}</code>`,
    git.dirty === null && ", or changed since",
    git.dirty && ", with changes that are not committed",
  ];
  const more = sources.length > 1 && ` and ${count(sources.length - 1, "more source")}`;
  return html`<span class="mono">${notebook}</span>${at}, ${hash(sources[0].sha256)}${more}`;
}

/** Data sets by the fingerprint of their numbers, files by their hash. */
function data({ datasets, data: files, unfollowed }: Manifest): Markup | null {
  const lines = [
    ...datasets.map(({ name, fingerprint }) => html`${name}, fingerprint <code>${fingerprint}</code>`),
    ...files.slice(0, LISTED).map(({ path, bytes, sha256, inside, why }) =>
      html`<span class="mono">${path}</span>, ${sizeText(bytes)}, ${hash(sha256)}${
        !inside && `, not inside${why === undefined ? "" : `: ${why}`}`
      }`
    ),
    ...(files.length > LISTED ? [html`and ${count(files.length - LISTED, "more file")}`] : []),
    ...(unfollowed === undefined ? [] : [html`Not all that was read is here: ${unfollowed}.`]),
  ];
  return lines.length === 0 ? null : html`${lines.map((line) => html`<div>${line}</div>`)}`;
}

function sizes({ parts }: Manifest): string {
  const listed = Object.entries(parts).map(([name, { packed }]) => `${name} ${sizeText(packed)}`);
  const all = Object.values(parts).reduce((sum, { packed }) => sum + packed, 0);
  return `${sizeText(all)} beside the page (${goalText(all)} for the whole file): ${listed.join(", ")}`;
}

/** As a person compares it: its ends. */
const hash = (sha256: string): Markup =>
  html`<code title="${sha256}">sha256 ${sha256.slice(0, 4)}…${sha256.slice(-4)}</code>`;
