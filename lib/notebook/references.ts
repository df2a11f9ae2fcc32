import type { AnyNode, Pattern } from "acorn";
import { bound, children, declared, hoisted, isFunction, lexical } from "./references_declared.ts";

type Node = AnyNode;

/** How a free name is used. Offsets point into the parsed text. */
export interface Reference {
  readonly name: string;
  /** its first use */
  readonly start: number;
  /** members read from it by a fixed name, with their first place */
  readonly members: ReadonlyMap<string, number>;
  /** used other than by reading a fixed member: passed as a value, indexed by an expression */
  readonly whole: boolean;
  /** its first use outside of every function that may run later: when the statement runs */
  readonly immediate?: number;
  /** called at that time; "kept": only to name the result, which begins no generator */
  readonly called?: "kept" | "used";
  /** used otherwise than by asking for its `typeof` */
  readonly certain: boolean;
}

export interface References {
  /** free names: bound in no scope of the nodes. What the nodes declare at their top is free within them */
  readonly free: ReadonlyMap<string, Reference>;
  /** free names that are assigned, with the first place */
  readonly assigned: ReadonlyMap<string, number>;
}

/**
 * Finds what statements read and assign beyond their own scopes.
 *
 * @example
 * ```ts
 * import { parse } from "acorn";
 * import { references } from "./references.ts";
 * const { body } = parse("const kept = ([a, b]) => a + b + curves.ema(rate);", { ecmaVersion: "latest" });
 * [...references(body).free.keys()]; // ["curves", "rate"]
 * ```
 */
export function references(nodes: readonly Node[]): References {
  const walker = new Walker();
  for (const node of nodes) walker.visit(node, { names: new Set(), deferred: false });
  return walker;
}

/**
 * Finds what a call of a function, or `new` of a class, reads and assigns while it runs; parameters and the function's
 * own variables are not free.
 */
export function callReferences(node: Node): References {
  const walker = new Walker();
  walker.call(node, { names: new Set(), deferred: false });
  return walker;
}

/** Methods of arrays that call the function given them before they return. */
const AT_ONCE = new Set(
  ("map filter forEach reduce reduceRight some every find findIndex findLast findLastIndex flatMap sort toSorted " +
    "from groupBy").split(" "),
);

interface Scope {
  readonly names: ReadonlySet<string>;
  readonly outer?: Scope;
  /** inside a function that may run later */
  readonly deferred: boolean;
}

type Use = { member: string } | "whole" | "typeof" | "assigned" | "called" | "kept";
type Call = Extract<Node, { type: "CallExpression" | "NewExpression" }>;
type Growing = { -readonly [K in keyof Reference]: Reference[K] } & { members: Map<string, number> };

class Walker implements References {
  readonly free = new Map<string, Growing>();
  readonly assigned = new Map<string, number>();

  visit(node: Node | null | undefined, scope: Scope): void {
    if (!node) return;
    if (isFunction(node)) return this.#function(node, scope);
    switch (node.type) {
      case "Identifier":
        return this.#use(node.name, node.start, "whole", scope);
      case "MemberExpression":
        return this.#member(node, scope);
      case "CallExpression":
      case "NewExpression":
        return this.#call(node, scope, "called");
      case "TaggedTemplateExpression":
        if (node.tag.type === "Identifier") this.#use(node.tag.name, node.tag.start, "called", scope);
        else this.visit(node.tag, scope);
        return this.visit(node.quasi, scope);
      case "PropertyDefinition": // a field is set when an object is made
        if (node.computed) this.visit(node.key, scope);
        return this.visit(node.value, node.static ? scope : { ...scope, deferred: true });
      case "Property":
      case "MethodDefinition":
        if (node.computed) this.visit(node.key, scope);
        return this.visit(node.value as Node | null, scope);
      case "UnaryExpression":
        if (node.operator === "typeof" && node.argument.type === "Identifier") {
          return this.#use(node.argument.name, node.argument.start, "typeof", scope);
        }
        return this.visit(node.argument, scope);
      case "LabeledStatement":
        return this.visit(node.body, scope);
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        return;
      case "ExportNamedDeclaration":
        if (node.source) return;
        for (const { local } of node.specifiers) this.visit(local, { ...scope, deferred: true });
        return this.visit(node.declaration, scope);
      case "VariableDeclarator":
        return this.#declarator(node.id, node.init, scope);
      case "AssignmentExpression":
        this.#assign(node.left, scope);
        return this.visit(node.right, scope);
      case "UpdateExpression":
        this.#assign(node.argument as Pattern, scope);
        return;
      case "ForInStatement":
      case "ForOfStatement":
      case "ForStatement":
        return this.#loop(node, scope);
      case "BlockStatement":
      case "StaticBlock":
        return this.#block(node, scope);
      case "SwitchStatement":
        this.visit(node.discriminant, scope);
        return this.#children(node.cases, inner(scope, lexical(node.cases.flatMap((c) => c.consequent))));
      case "CatchClause": {
        const caught = inner(scope, bound(node.param));
        this.#pattern(node.param, caught);
        return this.visit(node.body, caught);
      }
      case "ClassDeclaration":
      case "ClassExpression": {
        const named = inner(scope, node.id ? [node.id] : []);
        this.visit(node.superClass, named);
        return this.visit(node.body, named);
      }
    }
    this.#children(children(node), scope);
  }

  /** What runs when the function, or class, is called: its parameters, its body; its fields and its constructor. */
  call(node: Node, scope: Scope): void {
    if (isFunction(node)) return this.#function(node, scope, scope.deferred);
    if (node.type !== "ClassDeclaration" && node.type !== "ClassExpression") return;
    if (node.superClass?.type === "Identifier") {
      this.#use(node.superClass.name, node.superClass.start, "called", scope);
    }
    for (const each of node.body.body) {
      if (each.type === "PropertyDefinition" && !each.static) this.visit(each.value, scope);
      if (each.type === "MethodDefinition" && each.kind === "constructor") this.call(each.value, scope);
    }
  }

  #children(nodes: readonly Node[], scope: Scope): void {
    for (const node of nodes) this.visit(node, scope);
  }

  /** A function that is called where it is written, or handed to what calls it before it returns, runs at once. */
  #call(node: Call, scope: Scope, use: "called" | "kept"): void {
    const { callee } = node;
    if (callee.type === "Identifier") this.#use(callee.name, callee.start, use, scope);
    else if (isFunction(callee) && !callee.generator) this.call(callee, scope);
    else this.visit(callee, scope);
    const atOnce = callee.type === "MemberExpression" && callee.property.type === "Identifier" &&
      AT_ONCE.has(callee.property.name);
    for (const each of node.arguments) {
      if (atOnce && isFunction(each)) this.call(each, scope);
      else if (atOnce && each.type === "Identifier") this.#use(each.name, each.start, "called", scope);
      else this.visit(each, scope);
    }
  }

  /** Parameters have a scope of their own: their defaults do not see what the body declares. */
  #function(node: Node & { type: string }, scope: Scope, deferred = true): void {
    if (!isFunction(node)) return;
    const own = node.type === "FunctionExpression" && node.id ? [node.id] : [];
    const outer = { ...inner(scope, [...own, ...node.params.flatMap(bound)]), deferred };
    const names = new Set(outer.names);
    if (node.type !== "ArrowFunctionExpression") names.add("arguments");
    const parameters = { ...outer, names };
    for (const parameter of node.params) this.#pattern(parameter, parameters);
    if (node.body.type !== "BlockStatement") return this.visit(node.body, parameters);
    const body = inner(parameters, declared(node.body.body));
    this.#children(node.body.body, body);
  }

  #block(node: Node & { body: readonly Node[] }, scope: Scope): void {
    const vars = node.type === "StaticBlock" ? node.body.flatMap(hoisted) : [];
    this.#children(node.body, inner(scope, [...lexical(node.body), ...vars]));
  }

  #loop(
    node: Extract<Node, { type: "ForInStatement" | "ForOfStatement" | "ForStatement" }>,
    scope: Scope,
  ): void {
    const head = node.type === "ForStatement" ? node.init : node.left;
    const declares = head?.type === "VariableDeclaration" && head.kind !== "var";
    const loop = declares ? inner(scope, lexical([head])) : scope;
    if (head?.type === "VariableDeclaration" || node.type === "ForStatement") this.visit(head, loop);
    else this.#assign(head as Pattern, loop);
    if (node.type === "ForStatement") {
      this.visit(node.test, loop);
      this.visit(node.update, loop);
    } else this.visit(node.right, loop);
    this.visit(node.body, loop);
  }

  #member(node: Extract<Node, { type: "MemberExpression" }>, scope: Scope): void {
    const { object, property, computed } = node;
    const fixed = !computed && property.type === "Identifier"
      ? property.name
      : property.type === "Literal" && typeof property.value === "string"
      ? property.value
      : undefined;
    if (object.type === "Identifier" && fixed !== undefined) {
      this.#use(object.name, object.start, { member: fixed }, scope);
    } else this.visit(object, scope);
    if (computed && property.type !== "Literal") this.visit(property, scope);
  }

  /** `const { ema, smooth } = curves` reads members as `curves.ema` does. */
  #declarator(id: Pattern, init: Node | null | undefined, scope: Scope): void {
    this.#pattern(id, scope);
    if (init?.type === "CallExpression") return this.#call(init, scope, "kept");
    const plain = id.type === "ObjectPattern" &&
      id.properties.every((each) =>
        each.type === "Property" && !each.computed && each.key.type === "Identifier"
      );
    if (!plain || init?.type !== "Identifier") return this.visit(init, scope);
    for (const property of id.properties) {
      if (property.type === "Property" && property.key.type === "Identifier") {
        this.#use(init.name, init.start, { member: property.key.name }, scope);
      }
    }
    if (id.properties.length === 0) this.visit(init, scope);
  }

  /** Of a pattern that binds, only defaults and computed keys read anything. */
  #pattern(pattern: Pattern | null | undefined, scope: Scope): void {
    switch (pattern?.type) {
      case "ObjectPattern":
        for (const each of pattern.properties) {
          if (each.type === "Property" && each.computed) this.visit(each.key, scope);
          this.#pattern(each.type === "RestElement" ? each.argument : each.value, scope);
        }
        return;
      case "ArrayPattern":
        for (const each of pattern.elements) this.#pattern(each, scope);
        return;
      case "AssignmentPattern":
        this.#pattern(pattern.left, scope);
        return this.visit(pattern.right, scope);
      case "RestElement":
        return this.#pattern(pattern.argument, scope);
      case "MemberExpression":
        return this.visit(pattern, scope);
    }
  }

  #assign(target: Pattern, scope: Scope): void {
    for (const { name, start } of bound(target)) this.#use(name, start, "assigned", scope);
    this.#pattern(target, scope);
  }

  #use(name: string, start: number, use: Use, scope: Scope): void {
    for (let each: Scope | undefined = scope; each; each = each.outer) if (each.names.has(name)) return;
    if (use === "assigned" && !this.assigned.has(name)) this.assigned.set(name, start);
    let entry = this.free.get(name);
    if (!entry) {
      entry = { name, start, members: new Map(), whole: false, certain: false };
      this.free.set(name, entry);
    }
    if (typeof use === "object") {
      if (!entry.members.has(use.member)) entry.members.set(use.member, start);
    } else entry.whole = true;
    if (!scope.deferred) {
      entry.immediate ??= start;
      if (use === "called" || (use === "kept" && !entry.called)) entry.called = use === "kept" ? use : "used";
    }
    if (use !== "typeof") entry.certain = true;
  }
}

const inner = (outer: Scope, ids: readonly { name: string }[]): Scope => ({
  names: new Set(ids.map((id) => id.name)),
  outer,
  deferred: outer.deferred,
});
