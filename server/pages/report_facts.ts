/** What a report says of how it was made, from its manifest. */
import { clock } from "../../lib/charts/format.ts";
import type { Manifest } from "../../lib/report/manifest.ts";
import { html, type Markup } from "./markup.ts";
import { count, took } from "./words.ts";

/** The line that a reader runs to check the file. */
export const CHECK = "plateau verify report.html";

/** Files that are listed one by one; of more the rest is counted. */
const LISTED = 12;

/** The list of facts, and under it the line that checks them. */
export function reportFacts(manifest: Manifest): Markup {
  const inside = manifest.data.every((file) => file.inside)
    ? "Sources, data and numbers"
    : "Sources and numbers";
  const rows = factsOf(manifest).filter(([, value]) => value !== null);
  return html`
    <dl class="facts">${rows.map(([name, value]) =>
      html`
        <dt>${name}</dt>
        <dd>${value}</dd>
      `
    )}</dl>
    <p
      class="check">${inside} are inside. To check them, and run it all again: <code>${CHECK}</code></p>
  `;
}

type Fact = readonly [name: string, value: Markup | string | null];

function factsOf(manifest: Manifest): readonly Fact[] {
  const { seeds, seconds, on, modes, command, made } = manifest;
  const some = seeds.length > 0 && `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`;
  const engine = [`${on.engine} ${on.version}`, on.device && `on ${on.device}`].filter(Boolean).join(" ");
  return [
    ["Notebook", notebook(manifest)],
    ["Runs", [some, `${took(seconds) || clock(seconds)} in all`].filter(Boolean).join("; ")],
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
  const at = git === null ? [", not under version control"] : [
    " at ",
    html`<code>${git.commit.slice(0, 7)}</code>`,
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
      html`<span class="mono">${path}</span>, ${size(bytes)}, ${hash(sha256)}${
        !inside && `, not inside${why === undefined ? "" : `: ${why}`}`
      }`
    ),
    ...(files.length > LISTED ? [html`and ${count(files.length - LISTED, "more file")}`] : []),
    ...(unfollowed === true ? [html`Not every file that was read could be followed.`] : []),
  ];
  return lines.length === 0 ? null : html`${lines.map((line) => html`<div>${line}</div>`)}`;
}

function sizes({ parts }: Manifest): string {
  const listed = Object.entries(parts).map(([name, { packed }]) => `${name} ${size(packed)}`);
  const all = Object.values(parts).reduce((sum, { packed }) => sum + packed, 0);
  return `${size(all)} beside the page: ${listed.join(", ")}`;
}

/** As a person compares it: its ends. */
const hash = (sha256: string): Markup =>
  html`<code title="${sha256}">sha256 ${sha256.slice(0, 4)}…${sha256.slice(-4)}</code>`;

/** `812 bytes`, `14 kB`, `1.2 MB`. */
function size(bytes: number): string {
  if (bytes < 1000) return count(bytes, "byte");
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
