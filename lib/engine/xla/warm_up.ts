/** What a plug-in for CPUs does once, at its first product of matrices, is done before somebody waits for it. */
import { withExecutable } from "./open_executables.ts";
import type { PjrtClient } from "./pjrt_client.ts";
import { PjrtError } from "./pjrt_error.ts";

const MATRIX = "tensor<4x4xf32>";
const PROGRAM = `module @first_product {
func.func @main(%a: ${MATRIX}) -> ${MATRIX} {
%b = stablehlo.dot_general %a, %a, contracting_dims = [1] x [0] : (${MATRIX}, ${MATRIX}) -> ${MATRIX}
return %b : ${MATRIX}
}
}
`;

/**
 * Multiplies a small matrix beside the event loop, on a CPU: its first product was measured to take 30 ms longer than
 * those that follow.
 */
export async function warmUp(client: PjrtClient): Promise<void> {
  if (client.platform !== "cpu") return;
  try {
    await withExecutable(client, PROGRAM, async (product) => {
      const matrix = client.buffer(new Float32Array(16), [4, 4], "float32");
      const made = await product.run([matrix], [{ shape: [4, 4], type: "float32" }]);
      for (const buffer of [matrix, ...made]) buffer.free();
    });
  } catch (error) {
    // a plug-in that cannot do this says so when it is to do something
    if (!(error instanceof PjrtError)) throw error;
  }
}
