import assert from "node:assert/strict";
import { parse } from "acorn";
import { references } from "../../lib/notebook/references.ts";

interface Row {
  readonly code: string;
  readonly free: string;
  readonly assigned?: string;
  /** "name: a b" for members, "name" for use as a whole */
  readonly members?: string;
}

const ROWS: readonly Row[] = [
  { code: "a + b", free: "a b" },
  { code: "const x = a;", free: "a" },
  { code: "const { x, y: [z], ...rest } = a;", free: "a" },
  { code: "const { x = d, [k]: y } = a;", free: "d k a" },
  { code: "const f = (x, { y } = d, ...r) => x + y + r + z;", free: "d z" },
  { code: "const f = function g(n) { return n ? g(n - 1) : h; };", free: "h" },
  { code: "function f() { return arguments.length + f.length; }", free: "f" },
  { code: "const f = () => arguments.length;", free: "arguments" },
  { code: "function f() { use(v); { var v = 1; } }", free: "use" },
  { code: "function f(a = v) { var v = 1; return a; }", free: "v" },
  { code: "{ const v = 1; v; } v;", free: "v" },
  { code: "{ function f() {} f(); } f();", free: "f" },
  { code: "for (let i = 0, n = m; i < n; i++) s(i);", free: "m s" },
  { code: "for (const [k, v] of Object.entries(o)) k + v;", free: "Object o" },
  { code: "for (x of xs) y = x;", free: "x xs y", assigned: "x y" },
  { code: "for (const k in o) delete o[k];", free: "o" },
  { code: "switch (a) { case b: let c = 1; c; break; default: c; }", free: "a b" },
  { code: "try { t(); } catch ({ message }) { message; } finally { e; }", free: "t e" },
  { code: "try { t(); } catch { e; }", free: "t e" },
  { code: "outer: for (;;) { continue outer; }", free: "" },
  {
    code: "class A extends B { #p = q; m() { return this.#p + A.s; } static { var w = z; w; } }",
    free: "B q z",
  },
  { code: "class A { [k] = 1; static s = A; get g() { return super.g; } }", free: "k" },
  { code: "const C = class D { d = D; };", free: "" },
  { code: "({ a, b: c, [d]: e, f() { return g; } })", free: "a c d e g" },
  { code: "a?.b?.[c]?.(d)", free: "a c d" },
  { code: "tag`x ${a} y ${`${b}`}`", free: "tag a b" },
  { code: "import.meta.url; new.target;", free: "" },
  { code: "async function* g() { yield* a; await b; for await (const c of d) c; }", free: "a b d" },
  {
    code: "x = 1; y += 2; z++; [p, q.r] = s; ({ t, u: v.w = d } = e);",
    free: "x y z p q s t v d e",
    assigned: "x y z p t",
  },
  { code: "(x) => { x = 1; y = 2; }", free: "y", assigned: "y" },
  { code: "typeof a === 'undefined'", free: "a" },
  { code: "const n = a ?? (b ||= c);", free: "a b c", assigned: "b" },
  { code: "criteria.plateau(x); criteria.any();", free: "criteria x", members: "criteria: plateau any" },
  { code: "criteria['plateau']", free: "criteria", members: "criteria: plateau" },
  { code: "criteria[name]", free: "criteria name", members: "criteria" },
  { code: "pass(criteria); criteria.any()", free: "pass criteria", members: "criteria" },
  { code: "const { ema, smooth: s } = curves;", free: "curves", members: "curves: ema smooth" },
  { code: "const { ema, ...rest } = curves;", free: "curves", members: "curves" },
  { code: "curves?.ema(1)", free: "curves", members: "curves: ema" },
  { code: `import { a, b } from "m"; export { a }; export { b as c }; export const d = e;`, free: "a b e" },
];

Deno.test("free names, assigned names and members are found in all of JavaScript", () => {
  for (const { code, free, assigned = "", members } of ROWS) {
    const { body } = parse(wrapped(code), {
      ecmaVersion: "latest",
      sourceType: "module",
      checkPrivateFields: false,
    });
    const found = references(body);
    const names = [...found.free.keys()];
    assert.deepEqual(names.sort(), words(free), code);
    assert.deepEqual([...found.assigned.keys()].sort(), words(assigned), code);
    if (members) {
      const [name, list] = members.split(":");
      const use = found.free.get(name)!;
      assert.equal(use.whole, list === undefined, code);
      if (list) assert.deepEqual([...use.members.keys()].sort(), words(list), code);
    }
  }
});

Deno.test("a name used only inside functions is not needed at once", () => {
  const { free } = references(parse("const f = () => later; now;", { ecmaVersion: "latest" }).body);
  assert.equal(free.get("later")!.immediate, undefined);
  assert.equal(free.get("now")!.immediate, 23);
});

Deno.test("a name that is only asked for its type is not certain to be needed", () => {
  const { free } = references(parse("typeof Deno; typeof a + a;", { ecmaVersion: "latest" }).body);
  assert.equal(free.get("Deno")!.certain, false);
  assert.equal(free.get("a")!.certain, true);
});

/** new.target needs a function around it */
const wrapped = (code: string): string => code.replace("new.target;", "function F() { new.target; }");
const words = (text: string): string[] => text.split(/\s+/).filter(Boolean).sort();
