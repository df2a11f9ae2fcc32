/** Where the names of a few points go, so that none covers a point or another name. */

export interface LabelledPoint {
  /** centre, in CSS pixels from the figure's top left */
  readonly x: number;
  readonly y: number;
  /** size of the label, in CSS pixels */
  readonly width: number;
  readonly height: number;
}
export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
export interface LabelPlace {
  /** offset of the label's anchor from the point; the anchor is its vertical middle */
  readonly dx: number;
  readonly dy: number;
  readonly anchor: "start" | "middle" | "end";
  /** true when the label stands away from its point and wants a thin line to it */
  readonly away: boolean;
}
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Half the side of the square that a symbol covers. */
const SYMBOL = 8;

/**
 * Places labels greedily: right, above, left, below, then the same further off. A label never leaves `bounds`
 * and never covers a symbol, a label placed before it, or one of `obstacles`; where no place is left, the one
 * with the least overlap is taken. `texts` are labels that stand already: they count as much as those placed here.
 */
export function placeLabels(
  points: readonly LabelledPoint[],
  bounds: Bounds,
  obstacles: readonly Bounds[] = [],
  texts: readonly Bounds[] = [],
): LabelPlace[] {
  const symbols = points.map((point) => box(point.x - SYMBOL, point.y - SYMBOL, 2 * SYMBOL, 2 * SYMBOL));
  const labels: Box[] = [...texts];
  // The most crowded point has the fewest places, so it chooses first.
  const crowd = points.map((a) => points.filter((b) => Math.hypot(a.x - b.x, a.y - b.y) < 90).length);
  const order = points.map((_, index) => index).sort((a, b) => crowd[b] - crowd[a] || a - b);
  const places = new Map<number, LabelPlace>();
  for (const index of order) {
    let least = Infinity;
    for (const place of candidates()) {
      const label = labelBox(points[index], place);
      const firm = outside(label, bounds) + sum([...symbols, ...labels], label);
      const cost = 100 * firm + sum(obstacles, label);
      if (cost >= least) continue;
      least = cost;
      places.set(index, place);
      if (cost === 0) break;
    }
    labels.push(labelBox(points[index], places.get(index)!));
  }
  return points.map((_, index) => places.get(index)!);
}

/** The area that two boxes share, in square pixels. */
export function overlap(a: Bounds, b: Bounds): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

/** The box that a placed label covers. */
export function labelBox(point: LabelledPoint, place: LabelPlace): Box {
  const x = point.x + place.dx;
  const left = place.anchor === "start" ? x : place.anchor === "end" ? x - point.width : x - point.width / 2;
  return box(left, point.y + place.dy - point.height / 2, point.width, point.height);
}

function* candidates(): Generator<LabelPlace> {
  for (let ring = 0; ring < 8; ring++) {
    const away = ring > 0;
    const reach = ring * 15;
    if (!away) yield { dx: 10, dy: 0, anchor: "start", away };
    yield { dx: 0, dy: -17 - reach, anchor: "middle", away };
    yield { dx: 6, dy: -15 - reach, anchor: "start", away };
    yield { dx: -6, dy: -15 - reach, anchor: "end", away };
    if (!away) yield { dx: -10, dy: 0, anchor: "end", away };
    yield { dx: 0, dy: 17 + reach, anchor: "middle", away };
    yield { dx: 6, dy: 15 + reach, anchor: "start", away };
    yield { dx: -6, dy: 15 + reach, anchor: "end", away };
  }
}

function box(left: number, top: number, width: number, height: number): Box {
  return { left, right: left + width, top, bottom: top + height };
}
function outside(label: Box, bounds: Bounds): number {
  return Math.max(0, bounds.left - label.left) + Math.max(0, label.right - bounds.right) +
    Math.max(0, bounds.top - label.top) + Math.max(0, label.bottom - bounds.bottom);
}
function sum(boxes: readonly Box[], label: Box): number {
  return boxes.reduce((area, other) => area + overlap(other, label), 0);
}
