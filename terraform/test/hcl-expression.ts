/** What an expression can name: `var` and, inside a `for`, its own name. */
export type Scope = Readonly<Record<string, unknown>>;

type Evaluate = (scope: Scope) => unknown;

const tokenPattern =
  /\s+|(?<token>"(?:[^"\\]|\\.)*"|\d+(?:\.\d+)?|[A-Za-z_][\w-]*|=>|==|!=|<=|>=|&&|\|\||[-+*/%<>!?:,.()[\]{}=])/y;

/** From the weakest to the strongest; each group is as strong. */
const operators: readonly Readonly<Record<string, (left: never, right: never) => unknown>>[] = [
  { "||": (left: boolean, right: boolean) => left || right },
  { "&&": (left: boolean, right: boolean) => left && right },
  {
    "==": (left: unknown, right: unknown) => left === right,
    "!=": (left: unknown, right: unknown) => left !== right,
  },
  {
    "<=": (left: number, right: number) => left <= right,
    ">=": (left: number, right: number) => left >= right,
    "<": (left: number, right: number) => left < right,
    ">": (left: number, right: number) => left > right,
  },
  { "+": (left: number, right: number) => left + right, "-": (left: number, right: number) => left - right },
  {
    "*": (left: number, right: number) => left * right,
    "/": (left: number, right: number) => {
      if (right === 0) throw new Error("Division by zero.");
      return left / right;
    },
  },
];

const functions: Readonly<Record<string, (...values: never[]) => unknown>> = {
  alltrue: (list: unknown[]) => list.every((one) => one === true),
  ceil: Math.ceil,
  contains: (list: unknown[], value: unknown) => list.includes(value),
  distinct: (list: unknown[]) => [...new Set(list)],
  endswith: (value: string, end: string) => text(value).endsWith(end),
  floor: Math.floor,
  length: (value: string | unknown[]) => (Array.isArray(value) ? value : [...text(value)]).length,
  lookup: (map: Scope, key: string, other: unknown) => (key in map ? map[key] : other),
  lower: (value: string) => text(value).toLowerCase(),
  regex: (pattern: string, value: string) => {
    const [first] = toRegExp(pattern).exec(text(value)) ?? [];
    if (first === undefined) throw new Error(`${value} does not match ${pattern}.`);
    return first;
  },
  regexall: (pattern: string, value: string) =>
    [...text(value).matchAll(toRegExp(pattern, "g"))].map(([all]) => all),
  reverse: (list: unknown[]) => [...list].reverse(),
  split: (separator: string, value: string) => text(value).split(separator),
  startswith: (value: string, start: string) => text(value).startsWith(start),
  sum: (list: number[]) => list.reduce((sum, one) => sum + one, 0),
  tonumber: (value: string) => {
    if (!/^-?\d+(\.\d+)?$/.test(text(value))) throw new Error(`${value} is no number.`);
    return Number(value);
  },
  values: (map: Scope) => Object.values(map),
};

/**
 * Evaluates an expression of HCL as far as this configuration's validations and types need it. As Terraform 1.11 does,
 * both sides of `&&` and `||` are evaluated, and of a conditional only the chosen one can fail.
 *
 * @throws Error where the evaluation fails, and where the text has something that is not known here: it does not guess
 */
export function evaluateExpression(hcl: string, scope: Scope): unknown {
  return parse(hcl)(scope);
}

function parse(hcl: string): Evaluate {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < hcl.length) {
    const start = tokenPattern.lastIndex;
    const match = tokenPattern.exec(hcl);
    if (match === null) throw new Error(`This evaluator cannot read ${hcl.slice(start, start + 40)}`);
    if (match.groups?.token !== undefined) tokens.push(match.groups.token);
  }
  let next = 0;
  const peek = (): string => tokens[next] ?? "";
  const take = (expected?: string): string => {
    const token = peek();
    if (token === "" || (expected !== undefined && token !== expected))
      throw new Error(
        `This evaluator expected ${expected ?? "more"} and found ${token || "the end"} in ${hcl}`,
      );
    next += 1;
    return token;
  };
  const takeIf = (token: string): boolean => peek() === token && take() !== "";

  function conditional(): Evaluate {
    const condition = binary(0);
    if (!takeIf("?")) return condition;
    const yes = conditional();
    take(":");
    const no = conditional();
    return (scope) => (truth(condition(scope)) ? yes(scope) : no(scope));
  }

  function binary(strength: number): Evaluate {
    const group = operators[strength];
    if (group === undefined) return unary();
    let left = binary(strength + 1);
    for (let operate = group[peek()]; operate !== undefined; operate = group[peek()]) {
      const [before, now, symbol] = [left, operate, take()];
      const after = binary(strength + 1);
      left = (scope) => now(operand(symbol, before(scope)) as never, operand(symbol, after(scope)) as never);
    }
    return left;
  }

  function unary(): Evaluate {
    if (takeIf("!")) {
      const inner = unary();
      return (scope) => !truth(inner(scope));
    }
    if (takeIf("-")) {
      const inner = unary();
      return (scope) => -(operand("-", inner(scope)) as number);
    }
    return access();
  }

  function access(): Evaluate {
    let value = primary();
    for (;;) {
      const before = value;
      if (takeIf(".")) {
        const name = take();
        value = (scope) => member(before(scope), name);
      } else if (takeIf("[")) {
        const key = conditional();
        take("]");
        value = (scope) => member(before(scope), key(scope) as string);
      } else return value;
    }
  }

  function primary(): Evaluate {
    const token = take();
    if (token === "(") {
      const inner = conditional();
      take(")");
      return inner;
    }
    if (token === "[") return peek() === "for" ? forList() : list("]");
    if (token === "{") return object();
    if (token.startsWith('"')) {
      const value: unknown = JSON.parse(token);
      return () => value;
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (token === "true" || token === "false") return () => token === "true";
    if (token === "null") return () => null;
    if (takeIf("(")) return call(token, list(")"));
    return (scope) => member(scope, token);
  }

  function list(end: string): (scope: Scope) => unknown[] {
    const parts: Evaluate[] = [];
    while (!takeIf(end)) {
      parts.push(conditional());
      if (peek() !== end) take(",");
    }
    return Object.assign((scope: Scope) => parts.map((part) => part(scope)), { parts });
  }

  function forList(): Evaluate {
    take("for");
    const name = take();
    take("in");
    const items = conditional();
    take(":");
    const each = conditional();
    take("]");
    return (scope) => (items(scope) as unknown[]).map((item) => each({ ...scope, [name]: item }));
  }

  function object(): Evaluate {
    const parts: [string, Evaluate][] = [];
    while (!takeIf("}")) {
      const name = take();
      take("=");
      parts.push([name, conditional()]);
      takeIf(",");
    }
    return (scope) => Object.fromEntries(parts.map(([name, part]) => [name, part(scope)]));
  }

  const expression = conditional();
  if (peek() !== "") throw new Error(`This evaluator cannot read ${peek()} in ${hcl}`);
  return expression;
}

function call(name: string, given: (scope: Scope) => unknown[]): Evaluate {
  const { parts } = given as unknown as { readonly parts: readonly Evaluate[] };
  if (name === "can" || name === "try") {
    return (scope) => {
      for (const part of parts) {
        try {
          const value = part(scope);
          return name === "can" ? true : value;
        } catch {}
      }
      if (name === "can") return false;
      throw new Error("Nothing that try was given can be evaluated.");
    };
  }
  return (scope) => {
    const known = { ...functions, ...(scope.functions as typeof functions | undefined) }[name];
    if (known === undefined) throw new TypeError(`This evaluator does not know the function ${name}.`);
    return known(...(given(scope) as never[]));
  };
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !(name in value))
    throw new Error(`There is no ${name}.`);
  return (value as Scope)[name];
}

/** Terraform compares anything; it calculates with numbers alone, and combines booleans alone. */
function operand(symbol: string, value: unknown): unknown {
  if (symbol === "==" || symbol === "!=") return value;
  if (symbol === "&&" || symbol === "||") return truth(value);
  if (typeof value !== "number") throw new Error(`${symbol} takes numbers, not ${JSON.stringify(value)}.`);
  return value;
}

function truth(value: unknown): boolean {
  if (typeof value !== "boolean") throw new Error(`This is no boolean: ${JSON.stringify(value)}.`);
  return value;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error(`This is no string: ${JSON.stringify(value)}.`);
  return value;
}

function toRegExp(pattern: string, flags?: string): RegExp {
  return new RegExp(pattern.replaceAll("[:space:]", "\\s"), flags);
}
