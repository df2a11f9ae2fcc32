import assert from "node:assert/strict";
import fc from "fast-check";
import { epochOrder, epochOrders } from "../../lib/data/order.ts";

Deno.test("an order holds each example once, and does not depend on which epochs were asked for before", () => {
  fc.assert(
    fc.property(fc.nat(60), fc.nat(), fc.array(fc.nat(5), { minLength: 1 }), (examples, seed, epochs) => {
      const orderOf = epochOrders(seed, examples);
      for (const epoch of epochs) {
        assert.deepEqual(orderOf(epoch), epochOrder(seed, epoch, examples));
        assert.deepEqual(
          [...orderOf(epoch)].sort((a, b) => a - b),
          Array.from({ length: examples }, (_, i) => i),
        );
      }
    }),
  );
});

Deno.test("epochs and seeds have orders of their own", () => {
  const [a, b, c] = [epochOrder(1, 0, 100), epochOrder(1, 1, 100), epochOrder(2, 0, 100)].map((rows) =>
    rows.join()
  );
  assert.ok(a !== b && a !== c && b !== c);
});
