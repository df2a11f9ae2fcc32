/** What a share link answers: the way to what it shows, and what a message that holds the link says of it. */
import { BARE_STYLE, barePage, barePolicy } from "./bare_page.ts";
import { html } from "./markup.ts";

/** What a link shows, in words. */
export interface Shared {
  readonly title: string;
  /** one or two sentences; empty for none */
  readonly description: string;
  /** path of the page that it opens */
  readonly address: string;
  /** whole address of a picture, with its size in pixels; null for none */
  readonly picture: { readonly address: string; readonly width: number; readonly height: number } | null;
}

/** Longer ones are cut by those who show them, in the midst of a word. */
const DESCRIPTION = 300;

function shortened(text: string): string {
  if (text.length <= DESCRIPTION) return text;
  return `${text.slice(0, DESCRIPTION - 1).replace(/\s+\S*$/, "")}…`;
}

const property = (name: string, content: string) => html`<meta property="og:${name}" content="${content}">`;

/**
 * The page of a link. Its own address is left at once, from a page of this server: only then the browser brings the
 * cookie that it was given, and the key is not in the address bar.
 */
export function sharedPage({ title, description, address, picture }: Shared): string {
  const said = shortened(description);
  const main = html`<p><a href="${address}">${title}</a></p>${said === "" ? null : html`<p>${said}</p>`}`;
  const head = html`
    <meta http-equiv="refresh" content="0; url=${address}">
    ${property("site_name", "Plateau")}${property("type", "article")}${property("title", title)}${said === ""
      ? null
      : html`${property("description", said)}<meta name="description" content="${said}">`}${picture === null
      ? html`<meta name="twitter:card" content="summary">`
      : html`${property("image", picture.address)}${property("image:type", "image/png")}${
        property("image:width", String(picture.width))
      }${
        property("image:height", String(picture.height))
      }<meta name="twitter:card" content="summary_large_image">`}
  `;
  return barePage(title, main, head, BARE_STYLE);
}

/** What the pages of links may do. */
export const LINK_POLICY = barePolicy();

/** The page of a link that opens nothing: whether it ever did is not said. */
export const closedPage = (): string =>
  barePage(
    "This link is not open",
    html`
      <h1>This link is not open</h1>
      <p>It has expired, was revoked, or is not whole. Ask who gave it to you for another.</p>
    `,
    null,
    BARE_STYLE,
  );
