/** Turning and shifting an image, bilinear, with zeros where nothing was. */

export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface Move {
  /** clockwise as the image is seen, about its centre */
  readonly degrees: number;
  /** pixels */
  readonly down: number;
  /** pixels */
  readonly right: number;
}

/**
 * The image turned, then shifted, resampled once. Pixels lie row by row, channels last.
 *
 * @returns a new array; what comes from outside the image is 0, which is a feature's mean where data is standardised
 *
 * @example
 * ```ts
 * import { moveImage } from "./move_image.ts";
 * const size = { height: 1, width: 3, channels: 1 };
 * moveImage(Float32Array.of(1, 2, 3), size, { degrees: 0, down: 0, right: 1 }); // [0, 1, 2]
 * ```
 */
export function moveImage(x: Float32Array, { height, width, channels }: ImageSize, move: Move): Float32Array {
  const moved = new Float32Array(x.length);
  const angle = move.degrees * Math.PI / 180, cos = Math.cos(angle), sin = Math.sin(angle);
  const middleRow = (height - 1) / 2, middleColumn = (width - 1) / 2;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      // where this pixel was: the shift undone, then the turn
      const down = row - middleRow - move.down, right = column - middleColumn - move.right;
      const fromRow = cos * down - sin * right + middleRow,
        fromColumn = sin * down + cos * right + middleColumn;
      const top = Math.floor(fromRow), left = Math.floor(fromColumn);
      for (let corner = 0; corner < 4; corner++) {
        const r = top + (corner >> 1), c = left + (corner & 1);
        const share = (1 - Math.abs(fromRow - r)) * (1 - Math.abs(fromColumn - c));
        if (share === 0 || r < 0 || r >= height || c < 0 || c >= width) continue;
        const from = (r * width + c) * channels, to = (row * width + column) * channels;
        for (let k = 0; k < channels; k++) moved[to + k] += share * x[from + k];
      }
    }
  }
  return moved;
}
