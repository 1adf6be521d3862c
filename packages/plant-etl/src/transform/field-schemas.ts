import * as z from "zod/mini";

/**
 * Every schema has a message of its own, because zod/mini has none. Lengths are not checked by zod's `max`: it runs on
 * anything that has a `length`, also of another type, and throws where that is an object without a primitive value.
 */

/** UTF-16 code units, as in the columns of SQL Server. */
export const maxTextLength = 255;

export const text = (maxLength = maxTextLength) =>
  z.string("is not text").check(({ value, issues }) => {
    if (value.length > maxLength)
      issues.push({ code: "custom", input: value, message: `is longer than ${maxLength} characters` });
    else if (!value.isWellFormed())
      issues.push({
        code: "custom",
        input: value,
        message: "has half of a surrogate pair, which is not a character and cannot be stored",
      });
  });

export const numeric = z.pipe(
  z
    .union(
      [
        z.number(),
        z.pipe(
          z.string().check(z.regex(/^\s*-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\s*$/i)),
          z.transform((digits: string) => Number(digits)),
        ),
      ],
      { error: ({ input }) => (typeof input === "number" ? "is not a finite number" : "is not a number") },
    )
    .check(z.refine(Number.isFinite, "is not a finite number")),
  // Minus zero is zero: no database keeps its sign.
  z.transform((value: number) => value + 0),
);

export const coordinate = z.union([z.number(), z.string()], "is neither a number nor text");
