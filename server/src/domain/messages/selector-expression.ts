import { createRegistry } from "@bufbuild/protobuf";
import { celEnv, objectType, parse, plan } from "@bufbuild/cel";
import { type Agent, AgentSchema, file_mesh_v1_agent } from "@meshwork/gen/mesh/v1/agent";
import { type DomainError, invalidField } from "../errors.ts";
import { EXPRESSION_DEPTH_MAX, EXPRESSION_NODES_MAX, EXPRESSIONS_KEPT } from "./limits.ts";

/** Whether an agent fulfils an expression; one for which it fails, say for want of a label, does not. */
export type AgentCondition = (agent: Agent) => boolean;

type Parsed = ReturnType<typeof parse>;
type Expression = Parsed["expr"];

/** Names that stand for types, or begin the names of the contract's enums. */
const knownNames = new Set(
  "bool bytes double int list map null_type string type uint mesh google".split(" "),
);

const environment = celEnv({
  variables: { agent: objectType(AgentSchema) },
  registry: createRegistry(file_mesh_v1_agent),
});

/**
 * Compiles conditions in CEL over `agent`, and keeps those used last. `compile` throws INVALID_REQUEST,
 * with the place, for what is no expression, names what is not there, or could cost too much: of loops
 * one may not be within another.
 */
export function createExpressions(): { compile(field: string, text: string): AgentCondition } {
  const kept = new Map<string, AgentCondition>();
  return {
    compile: (field, text) => {
      const known = kept.get(text);
      const condition = known ?? compiled(field, text);
      kept.delete(text);
      kept.set(text, condition);
      if (kept.size > EXPRESSIONS_KEPT) kept.delete(kept.keys().next().value!);
      return condition;
    },
  };
}

function compiled(field: string, text: string): AgentCondition {
  const parsed = parsedOf(field, text);
  checkExpression(parsed, (expression, why) => {
    const offset = parsed.sourceInfo?.positions[String(expression.id)] ?? 0;
    return invalid(field, offset, why);
  });
  const evaluate = plan(environment, parsed);
  return (agent) => evaluate({ agent }) === true;
}

function parsedOf(field: string, text: string): Parsed {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof RangeError) throw invalid(field, 0, "it is nested too deeply");
    const { message, location } = error as Error & {
      readonly location?: { readonly start: { readonly offset: number } };
    };
    throw invalid(field, location?.start.offset ?? 0, message.replace(/^<input>:\d+:\d+: /, ""));
  }
}

function invalid(field: string, offset: number, why: string): DomainError {
  return invalidField(field, `at character ${offset + 1}: ${why}`, { offset: String(offset) });
}

interface Scope {
  readonly names: ReadonlySet<string>;
  readonly depth: number;
  readonly isLoop: boolean;
}

/** Throws what `fault` makes of the first part that is not allowed. */
function checkExpression(
  { expr }: Parsed,
  fault: (expression: Expression, why: string) => DomainError,
): void {
  let nodes = 0;

  function visit(expression: Expression | undefined, scope: Scope): void {
    if (expression === undefined) return;
    nodes += 1;
    if (nodes > EXPRESSION_NODES_MAX)
      throw fault(expression, `more than ${EXPRESSION_NODES_MAX} parts: say it in fewer`);
    if (scope.depth > EXPRESSION_DEPTH_MAX)
      throw fault(expression, `nested deeper than ${EXPRESSION_DEPTH_MAX}: say it flatter`);
    const inner = { ...scope, depth: scope.depth + 1 };
    const { case: kind, value } = expression.exprKind;
    if (kind === "identExpr") checkName(expression, value.name, scope);
    else if (kind === "selectExpr") {
      checkSelection(expression, value);
      visit(value.operand, inner);
    } else if (kind === "callExpr") {
      checkFunction(expression, value.function);
      visit(value.target, inner);
      for (const argument of value.args) visit(argument, inner);
    } else if (kind === "listExpr") for (const element of value.elements) visit(element, inner);
    else if (kind === "structExpr") visitStruct(expression, value, inner);
    else if (kind === "comprehensionExpr") visitLoop(expression, value, inner);
  }

  function checkName(expression: Expression, name: string, { names }: Scope): void {
    if (names.has(name) || knownNames.has(name)) return;
    throw fault(expression, `there is no ${name} here: the agent is called agent`);
  }

  function checkSelection(
    expression: Expression,
    { operand, field }: Extract<Expression["exprKind"], { case: "selectExpr" }>["value"],
  ): void {
    const root = operand?.exprKind;
    if (root?.case !== "identExpr" || root.value.name !== "agent") return;
    if (field === "status") throw fault(expression, "an agent's status cannot be selected by");
    if (AgentSchema.fields.some(({ name }) => name === field)) return;
    throw fault(expression, `an agent has no field ${field}: they are written like agent_id`);
  }

  function checkFunction(expression: Expression, name: string): void {
    // Operators have names of signs.
    if (!/^[a-z]/i.test(name) || environment.funcs.find(name) !== undefined) return;
    throw fault(expression, `there is no function ${name}`);
  }

  function visitStruct(
    expression: Expression,
    { entries, messageName }: Extract<Expression["exprKind"], { case: "structExpr" }>["value"],
    scope: Scope,
  ): void {
    if (messageName !== "") throw fault(expression, "messages cannot be made here");
    for (const { keyKind, value } of entries) {
      if (keyKind.case === "mapKey") visit(keyKind.value, scope);
      visit(value, scope);
    }
  }

  function visitLoop(
    expression: Expression,
    loop: Extract<Expression["exprKind"], { case: "comprehensionExpr" }>["value"],
    scope: Scope,
  ): void {
    if (scope.isLoop) throw fault(expression, "one loop (all, exists, map …) within another");
    const { iterVar, iterVar2, accuVar } = loop;
    const names = new Set([...scope.names, iterVar, iterVar2, accuVar]);
    visit(loop.iterRange, { ...scope, isLoop: true });
    visit(loop.accuInit, scope);
    for (const part of [loop.loopCondition, loop.loopStep, loop.result])
      visit(part, { ...scope, names, isLoop: true });
  }

  visit(expr, { names: new Set(["agent"]), depth: 0, isLoop: false });
}
