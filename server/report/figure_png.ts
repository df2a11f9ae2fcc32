import { pathToFileURL } from "node:url";
import { ChromiumFailed, runChromium } from "./run_chromium.ts";

/** Device pixels per CSS pixel of a picture. */
const RATIO = 2;

/**
 * A figure's vector file as a picture of twice its size, painted by the chromium that is installed. The file is shown as
 * an image, in which nothing runs and nothing is fetched.
 * @param svg what `figureSvg` made
 * @throws ChromiumFailed when there is no browser, or it paints nothing
 */
export async function figurePng(svg: string): Promise<Uint8Array> {
  const [, width, height] = /^<svg [^>]*?width="([\d.]+)" height="([\d.]+)"/.exec(svg)!.map(Number).map(
    Math.ceil,
  );
  const folder = await Deno.makeTempDir({ prefix: "plateau-figure-" });
  try {
    const image = `data:image/svg+xml;base64,${new TextEncoder().encode(svg).toBase64()}`;
    await Deno.writeTextFile(`${folder}/figure.html`, page(image, width, height));
    await runChromium([
      `--screenshot=${folder}/figure.png`,
      `--window-size=${width},${height}`,
      `--force-device-scale-factor=${RATIO}`,
      pathToFileURL(`${folder}/figure.html`).href,
    ]);
    return await Deno.readFile(`${folder}/figure.png`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new ChromiumFailed("chromium painted no picture");
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const page = (image: string, width: number, height: number): string =>
  `<!doctype html><meta charset="utf-8">` +
  `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">` +
  `<style>body { margin: 0 } img { display: block }</style>` +
  `<img src="${image}" width="${width}" height="${height}" alt="">`;
