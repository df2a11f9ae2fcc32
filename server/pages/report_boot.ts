/**
 * The one script that stands in a report as text: it unpacks the real one, and runs it. Where it cannot, what was drawn
 * beforehand stays. Its hash is in the page's policy.
 */
export const REPORT_BOOT = `
const packed = atob(document.querySelector('script#plateau-client[type="application/gzip"]').textContent);
const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
const script = new Blob([await new Response(stream).arrayBuffer()], { type: "text/javascript" });
await import(URL.createObjectURL(script));
`;
