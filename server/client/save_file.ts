/**
 * Gives the reader a file.
 * @param name with its ending; characters that file systems refuse become hyphens
 */
export function saveFile(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name.replace(/[^\w.-]+/g, "-").replace(/^[-.]+/, "") || "figure";
  link.click();
  // the browser reads it after this turn
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
