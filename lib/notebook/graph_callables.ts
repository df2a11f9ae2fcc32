import type { AnyNode, Statement } from "acorn";
import { callReferences, type References } from "./references.ts";
import { isFunction } from "./references_declared.ts";

/** A function or class by its name: what a call of it reads. */
export interface Callable {
  readonly references: References;
  /** begins only when its values are asked for */
  readonly generator: boolean;
  /** a function declaration, which is there before any statement of the file runs */
  readonly hoisted: boolean;
}

/** Types of the expressions that make a function or a class. */
export const FUNCTIONS = ["ArrowFunctionExpression", "FunctionExpression", "ClassExpression"];

/** Of a variable only a `const` keeps its function: another may be given a new one. */
export function callablesOf(statement: Statement): [string, Callable][] {
  const callable = (name: string, node: AnyNode): [string, Callable] => {
    const hoisted = node.type === "FunctionDeclaration";
    return [name, {
      references: callReferences(node),
      generator: isFunction(node) && node.generator,
      hoisted,
    }];
  };
  if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
    return [callable(statement.id.name, statement)];
  }
  if (statement.type !== "VariableDeclaration" || statement.kind !== "const") return [];
  return statement.declarations.flatMap(({ id, init }) =>
    id.type === "Identifier" && init && FUNCTIONS.includes(init.type) ? [callable(id.name, init)] : []
  );
}
