/**
 * The page that asks whether a notebook may read a file or folder. It runs no script and has no origin, so that
 * nothing but a person can press its button; and so it loads nothing, and brings its own style.
 */
import { BARE_STYLE, barePage, barePolicy } from "./bare_page.ts";
import { html, type Markup } from "./markup.ts";

const STYLE = `${BARE_STYLE}
code { font: 13px/20px ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap }
form { display: flex; gap: 16px; align-items: baseline; margin-top: 32px }
button { font: inherit; color: inherit; background: none; border: 1px solid #868e98; border-radius: 4px; padding: 4px 16px }
button:focus-visible { outline: 2px solid #1d6ff2; outline-offset: 2px }
/* not there for a moment: the second of two clicks that were meant for another page falls on nothing */
form { animation: appear 1s step-end }
@keyframes appear { from { visibility: hidden } }
`;

/** The policy of the answer: no script, and its own style. */
export const ANSWER_POLICY = barePolicy(STYLE);
/** The policy of the question: besides, a sandbox without an origin. */
export const QUESTION_POLICY = `${ANSWER_POLICY}; sandbox allow-forms`;

/**
 * @param ticket what the form brings back
 * @param base path that every page begins with
 */
export function allowPage(notebook: string, path: string, ticket: string, base = ""): string {
  return page(
    "Allow reading",
    html`
      <h1>May ${notebook} read this?</h1>
      <p><code>${path}</code></p>
      <p>The notebook's kernel starts again with the right to read it and, where it is a folder, all that lies in it or that links in it lead to, until the server ends. It may not write there.</p>
      ${path === "/"
        ? html`<p><strong>That is every file on this machine that you can read yourself.</strong></p>`
        : null}
      <form method="post" action="${base}/allow">
        <input type="hidden" name="ticket" value="${ticket}">
        <button name="answer" value="allow">Allow reading</button>
        <button name="answer" value="leave">Do not allow</button>
      </form>
    `,
  );
}

/** The answer to a ticket that is none. */
export function spentPage(base = ""): string {
  return page(
    "Nothing was allowed",
    html`
      <h1>Nothing was allowed</h1>
      <p>This question was answered before, or is older than ten minutes. <a href="${base}/">Go to the notebooks</a> and ask again.</p>
    `,
  );
}

/** The way back to the notebook. */
export function backPage(notebook: string, base = ""): string {
  const address = `${base}/notebooks/${encodeURIComponent(notebook)}`;
  return page(
    `Back to ${notebook}`,
    html`
      <p><a href="${address}">Back to ${notebook}</a></p>
    `,
    html`
      <meta http-equiv="refresh" content="0; url=${address}">
    `,
  );
}

const page = (title: string, main: Markup, head: Markup | null = null): string =>
  barePage(title, main, head, STYLE);
