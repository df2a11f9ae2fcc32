/** Places of a drawing of things in layers: left to right, each thing right of all that it needs. */
export interface Layout {
  /** by number of the thing: its column and the height of its middle */
  readonly places: readonly { readonly column: number; readonly y: number }[];
  /** by edge, as given: the middles that its line passes, one a column, both ends included */
  readonly routes: readonly (readonly { readonly column: number; readonly y: number }[])[];
  readonly columns: number;
  readonly height: number;
}

/** A thing, or the place where an edge passes a column. */
interface Knot {
  readonly column: number;
  readonly room: number;
  y: number;
  readonly left: Knot[];
  readonly right: Knot[];
}

const SWEEPS = 12;

/**
 * Layers things by their longest chain of needs, routes each edge through the columns between, and orders every column
 * by where its neighbours stand, so that few edges cross.
 *
 * @param rooms height in pixels that each thing takes
 * @param edges from what is needed to what needs it; one that closes a ring is drawn backwards
 * @param passing height in pixels that an edge takes where it passes a column
 */
export function layered(
  rooms: readonly number[],
  edges: readonly (readonly [from: number, to: number])[],
  passing: number,
): Layout {
  const column = columnsOf(rooms.length, edges);
  const things = column.map((at, i): Knot => ({ column: at, room: rooms[i], y: 0, left: [], right: [] }));
  const routes = edges.map(([from, to]) => {
    const route = [things[from]];
    for (let at = column[from] + 1; at < column[to]; at++) {
      route.push({ column: at, room: passing, y: 0, left: [], right: [] });
    }
    route.push(things[to]);
    for (let i = 1; i < route.length; i++) {
      route[i - 1].right.push(route[i]);
      route[i].left.push(route[i - 1]);
    }
    return route;
  });
  const knots = [...new Set([...things, ...routes.flat()])];
  const columns = Math.max(0, ...column.map((at) => at + 1));
  const layers = Array.from({ length: columns }, (_, at) => knots.filter((knot) => knot.column === at));
  for (const layer of layers) stack(layer, () => 0);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const rightward = sweep % 2 === 0;
    for (const layer of rightward ? layers : layers.toReversed()) {
      const wish = (knot: Knot) => mean(rightward ? knot.left : knot.right) ?? knot.y;
      stack(layer.sort((a, b) => wish(a) - wish(b)), wish);
    }
  }
  const top = Math.min(0, ...knots.map((knot) => knot.y - knot.room / 2));
  for (const knot of knots) knot.y -= top;
  return { places: things, routes, columns, height: Math.max(0, ...knots.map((k) => k.y + k.room / 2)) };
}

/** One past the longest chain of what a thing needs; what needs nothing stands next to the first that needs it. */
function columnsOf(count: number, edges: readonly (readonly [number, number])[]): number[] {
  const needs = Array.from(
    { length: count },
    (_, i) => edges.filter(([, to]) => to === i).map(([from]) => from),
  );
  const column: (number | undefined)[] = [];
  const place = (i: number, above: ReadonlySet<number>): number => {
    const held = new Set([...above, i]);
    return column[i] ??= Math.max(0, ...needs[i].filter((j) => !held.has(j)).map((j) => 1 + place(j, held)));
  };
  const depths = needs.map((_, i) => place(i, new Set()));
  return depths.map((depth, i) => {
    const readers = edges.filter(([from]) => from === i).map(([, to]) => depths[to]);
    return needs[i].length > 0 || readers.length === 0 ? depth : Math.max(0, Math.min(...readers) - 1);
  });
}

/** Gives the knots of a column, in their order, heights as near to their wishes as their room allows. */
function stack(layer: readonly Knot[], wish: (knot: Knot) => number): void {
  const wishes = layer.map(wish);
  let floor = -Infinity;
  for (const [i, knot] of layer.entries()) {
    knot.y = Math.max(wishes[i], floor + knot.room / 2);
    floor = knot.y + knot.room / 2;
  }
  const off = layer.reduce((sum, knot, i) => sum + knot.y - wishes[i], 0) / layer.length;
  for (const knot of layer) knot.y -= off;
}

const mean = (knots: readonly Knot[]): number | undefined =>
  knots.length === 0 ? undefined : knots.reduce((sum, { y }) => sum + y, 0) / knots.length;
