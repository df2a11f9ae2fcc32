/** Style elements of drawn nodes become sheets of the page: inline style is forbidden here, sheets made by script are not. */

const adopted = new Set<string>();

/** Takes every style element out of a node that is not yet in the document, and applies its rules to the page. */
export function adoptStyles(node: Element): void {
  const styles = node.matches("style") ? [node] : [...node.querySelectorAll("style")];
  for (const style of styles) {
    const text = style.textContent ?? "";
    style.remove();
    if (adopted.has(text)) continue;
    adopted.add(text);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets.push(sheet);
  }
}
