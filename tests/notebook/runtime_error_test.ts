/** Whatever a cell throws becomes one line of data. */
import assert from "node:assert/strict";
import { cellError } from "../../lib/notebook/runtime_error.ts";

const fail = () => {
  throw new Error("not to be read");
};

const THROWN: readonly [string, () => unknown, { name: string; message: string }][] = [
  ["an error", () => new TypeError("no"), { name: "TypeError", message: "no" }],
  ["an error without a message", () => new Error(), { name: "Error", message: "Error" }],
  ["text", () => "no", { name: "Error", message: "no" }],
  ["a symbol", () => Symbol("no"), { name: "Error", message: "Symbol(no)" }],
  ["an object of nothing", () => Object.create(null), { name: "Error", message: "{}" }],
  ["an error whose message is data", () => Object.assign(new Error(), { message: { code: 4 } }), {
    name: "Error",
    message: '{"code":4}',
  }],
  ["a message of 100 MB", () => new Error("x".repeat(1e8)), { name: "Error", message: "x".repeat(10_000) }],
  ...[
    ["a proxy that refuses", () => new Proxy({}, { get: fail, getPrototypeOf: fail })] as const,
    [
      "an error whose stack throws",
      () => Object.defineProperty(new Error(), "stack", { get: fail }),
    ] as const,
  ].map(([name, make]): (typeof THROWN)[number] => [
    name,
    make,
    { name: "Error", message: "it threw something that cannot be read" },
  ]),
];

for (const [name, make, expected] of THROWN) {
  Deno.test(`what a cell throws is one line of data: ${name}`, () => {
    const { name, message } = cellError(make(), []);
    assert.deepEqual({ name, message }, expected);
  });
}
