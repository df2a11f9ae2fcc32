/** Whether a page can be read and used by those who see little, or nothing, or have no mouse. */
import type { Page } from "playwright-core";

/** The least contrast of words with what they stand on. */
const CONTRAST = 4.5;
/** The least width and height of what is pressed, CSS pixels. */
const TARGET = 24;

/** Words of the page that stand out too little from their ground, each with its contrast and its element. */
export function faintWords(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;
    const known = new Map<string, number[]>();
    /** Red, green, blue and opacity, 0 to 1, of any colour that a style sheet has. */
    const rgba = (css: string) => {
      if (!known.has(css)) known.set(css, painted(css));
      return known.get(css)!;
    };
    const painted = (css: string) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = css;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data].map((each) => each / 255);
    };
    const over = (top: number[], ground: number[], opacity = 1) => {
      const share = top[3] * opacity;
      return [0, 1, 2].map((i) => top[i] * share + ground[i] * (1 - share));
    };
    /** Relative luminance as WCAG defines it. */
    const luminance = (color: number[]) => {
      const [r, g, b] = color.map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const faint: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode as Text, element = text.parentElement!;
      const isSeen = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      if (text.data.trim() === "" || !isSeen || element.closest("script, style, option, .sr, .skip")) {
        continue;
      }
      const above: Element[] = [];
      for (let each: Element | null = element; each !== null; each = each.parentElement) above.unshift(each);
      const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
      let ground = isDark ? [0.07, 0.07, 0.07] : [1, 1, 1], opacity = 1;
      for (const each of above) {
        const style = getComputedStyle(each);
        if (!(each instanceof SVGElement)) ground = over(rgba(style.backgroundColor), ground);
        opacity *= Number(style.opacity);
      }
      const style = getComputedStyle(element), isDrawn = element instanceof SVGElement;
      // of these the ground is another mark
      if (element.closest("svg:has([aria-label=cell], [aria-label=rect], [aria-label^=bar])")) continue;
      const words = over(rgba(isDrawn ? style.fill : style.color), ground, opacity);
      const [light, dark] = [luminance(words), luminance(ground)].sort((a, b) => b - a);
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < least) {
        faint.push(
          `${contrast.toFixed(2)} ${text.data.trim().slice(0, 40)} in ${element.outerHTML.slice(0, 80)}`,
        );
      }
    }
    return faint;
  }, CONTRAST);
}

/** What stands in the way of a reader who hears the page, or presses with a finger: one line for each thing. */
export function obstacles(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const found: string[] = [];
    const seen = (selector: string) =>
      [...document.querySelectorAll<HTMLElement>(selector)].filter((each) =>
        each.checkVisibility({ visibilityProperty: true, opacityProperty: true })
      );
    let depth = 0;
    for (const heading of seen("h1, h2, h3, h4, h5, h6")) {
      const next = Number(heading.localName[1]);
      if (next > depth + 1) found.push(`no heading between ${depth} and ${next}: ${heading.textContent}`);
      depth = next;
    }
    for (const each of seen("button, input, select, textarea, a[href], [role=img], canvas")) {
      const labels = "labels" in each ? [...(each as HTMLInputElement).labels ?? []] : [];
      const named = [
        each.getAttribute("aria-label"),
        each.textContent,
        ...labels.map((label) => label.textContent),
      ];
      if (named.every((name) => (name ?? "").trim() === "")) {
        found.push(`no name: ${each.outerHTML.slice(0, 100)}`);
      }
    }
    for (const each of seen("button")) {
      const { width, height } = each.getBoundingClientRect();
      if (Math.min(width, height) < least) {
        found.push(`${width.toFixed(1)} x ${height.toFixed(1)} px: ${each.outerHTML.slice(0, 100)}`);
      }
    }
    for (const figure of seen("figure")) {
      if (figure.querySelector("figcaption, caption") === null) found.push(`no caption: ${figure.className}`);
    }
    for (const each of seen("[tabindex]")) {
      if (each.tabIndex > 0) found.push(`out of order: ${each.outerHTML.slice(0, 100)}`);
    }
    return found;
  }, TARGET);
}
