/** A part that the report carries beside its page, unpacked. What is damaged throws: the drawn page stays as it is. */
export async function reportSection(name: string): Promise<Uint8Array> {
  const text = atob(document.querySelector(`script#plateau-${name}[type="application/gzip"]`)!.textContent!);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
