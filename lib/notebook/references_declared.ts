import type { AnyNode, Function, Identifier, Pattern } from "acorn";

type Node = AnyNode;

/** The nodes directly below a node, in no promised order. */
export function children(node: Node): Node[] {
  return Object.entries(node).flatMap(([key, value]) => key === "type" ? [] : value)
    .filter((value): value is Node => typeof value?.type === "string");
}

export const isFunction = (node: Node): node is Node & Function =>
  node.type === "FunctionDeclaration" || node.type === "FunctionExpression" ||
  node.type === "ArrowFunctionExpression";

/** The identifiers that a pattern binds or assigns, members left out. */
export function bound(pattern: Pattern | null | undefined): Identifier[] {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern];
    case "ObjectPattern":
      return pattern.properties.flatMap((each) =>
        bound(each.type === "RestElement" ? each.argument : each.value)
      );
    case "ArrayPattern":
      return pattern.elements.flatMap(bound);
    case "AssignmentPattern":
      return bound(pattern.left);
    case "RestElement":
      return bound(pattern.argument);
    default:
      return [];
  }
}

/** What `var` declares in a node, out of blocks and loops but not out of functions. */
export function hoisted(node: Node): Identifier[] {
  if (isFunction(node) || node.type === "StaticBlock") return [];
  const own = node.type === "VariableDeclaration" && node.kind === "var"
    ? node.declarations.flatMap((each) => bound(each.id))
    : [];
  return [...own, ...children(node).flatMap(hoisted)];
}

/** What let, const, using, function and class declare directly in a list of statements. */
export function lexical(statements: readonly Node[]): Identifier[] {
  return statements.flatMap((statement) => {
    if (statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration") {
      return statement.declaration ? lexical([statement.declaration]) : [];
    }
    if (statement.type === "VariableDeclaration") return statement.declarations.flatMap((d) => bound(d.id));
    const named = statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration";
    return named && statement.id ? [statement.id] : [];
  });
}

/** Every name that statements declare where they stand: lexical ones, and `var` from inside blocks. */
export function declared(statements: readonly Node[]): Identifier[] {
  const all = [...lexical(statements), ...statements.flatMap(hoisted)];
  return all.filter((id, i) => all.findIndex((other) => other.start === id.start) === i);
}
