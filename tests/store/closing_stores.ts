/** Stores that a test opens, closed at its end. */
import type { Store } from "../../lib/store/store.ts";

export async function closingStores(
  open: () => Promise<Store>,
  act: (open: () => Promise<Store>) => Promise<void>,
): Promise<void> {
  const stores: Store[] = [];
  try {
    await act(async () => {
      const store = await open();
      stores.push(store);
      return store;
    });
  } finally {
    for (const store of stores) await store.close();
  }
}
