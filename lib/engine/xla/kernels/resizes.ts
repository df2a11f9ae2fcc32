/** Images of another size: what is seen between pixels is a sum of them, so that a resize is a product of matrices. */
import type { Book, Value } from "../stablehlo.ts";
import { type Attributes, traced } from "../traced_kernel.ts";

/** Shares that the pixels of a line have in those of another length: [made, given]. */
type Shares = (given: number, made: number, attributes: Attributes) => Float32Array<ArrayBuffer>;

/** Where each pixel that is made lies among those given, from 0. */
function places(given: number, made: number, { alignCorners, halfPixelCenters }: Attributes, half: number) {
  const ends = alignCorners && made > 1 ? 1 : 0, ratio = (given - ends) / (made - ends);
  return Array.from({ length: made }, (_, i) => halfPixelCenters ? ratio * (i + 0.5) - half : ratio * i);
}
const nearest: Shares = (given, made, attributes) => {
  const shares = new Float32Array(made * given);
  places(given, made, attributes, 0).forEach((place, i) => {
    const at = attributes.alignCorners ? Math.round(place) : Math.floor(place);
    shares[i * given + Math.min(given - 1, Math.max(0, at))] = 1;
  });
  return shares;
};
const bilinear: Shares = (given, made, attributes) => {
  const shares = new Float32Array(made * given);
  places(given, made, attributes, 0.5).forEach((place, i) => {
    const low = Math.max(0, Math.floor(place)), high = Math.min(given - 1, Math.ceil(place));
    const share = place - low;
    shares[i * given + low] += 1 - share;
    shares[i * given + high] += share;
  });
  return shares;
};

/** Each direction of [batch, height, width, channels] by shares; as its gradient what was made goes back. */
function resized(
  book: Book,
  x: Value,
  { shape: given }: Value,
  made: readonly number[],
  shares: (given: number, made: number) => Float32Array<ArrayBuffer>,
  back: boolean,
): Value {
  const along = (axis: number) =>
    book.constant(
      new Uint8Array(shares(given[axis], made[axis]).buffer),
      [made[axis], given[axis]],
      "float32",
    );
  const summed = back ? 0 : 1, rows = book.dot(x, along(1), 0, 1, summed); // [batch, width, channels, height]
  return book.transpose(book.dot(rows, along(2), 0, 1, summed), [0, 2, 3, 1]);
}

for (const [kernel, shares] of [["ResizeNearestNeighbor", nearest], ["ResizeBilinear", bilinear]] as const) {
  traced(kernel, (book, { images }, attributes) => {
    const [batch, , , channels] = images.shape, made = [batch, ...attributes.size, channels];
    const x = book.convert(images, "float32");
    return resized(book, x, images, made, (from, to) => shares(from, to, attributes), false);
  });
  traced(
    `${kernel}Grad`,
    (book, { images, dy }, attributes) =>
      resized(book, dy, images, dy.shape, (from, to) => shares(from, to, attributes), true),
  );
}
