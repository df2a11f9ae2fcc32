/** Prose of markdown cells as HTML. Runs where the page is made, on the server. */
import markdownIt from "markdown-it";
import { safeAddress } from "./safe_address.ts";

const renderer = markdownIt({ html: false, linkify: false, typographer: true });
renderer.validateLink = safeAddress;

const link = renderer.renderer.rules.link_open ??
  ((tokens, i, options, _, self) => self.renderToken(tokens, i, options));
renderer.renderer.rules.link_open = (tokens, i, options, env, self) => {
  const address = String(tokens[i].attrGet("href") ?? "");
  if (/^https?:/i.test(address)) tokens[i].attrSet("rel", "noreferrer");
  return link(tokens, i, options, env, self);
};
// a picture from elsewhere would tell who reads; the words stay
renderer.renderer.rules.image = (tokens, i) => renderer.utils.escapeHtml(tokens[i].content);

/**
 * HTML of a markdown text. HTML in it is shown, not obeyed; links go to http, https, mailto or within the page.
 * @example
 * ```ts
 * import { markdown } from "./markdown.ts";
 * markdown("**1,200** steps"); // <p><strong>1,200</strong> steps</p>
 * ```
 */
export function markdown(text: string): string {
  return renderer.render(text);
}
