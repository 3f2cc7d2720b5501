// Generated from proto/ by codegen/plugin.ts. Do not edit: run `npm run generate`.
// What generated validators answer, and what their checks need.

/** The first field that breaks a rule of the contract. */
export interface Violation {
  /** Path by the names of the contract, such as `hello.spec.labels["a"]`. */
  readonly field: string;
  /** For people, such as `must be at most 63 characters`. */
  readonly description: string;
}

/** A violation inside a field. */
export function within(field: string, inner: Violation): Violation {
  return { field: `${field}.${inner.field}`, description: inner.description };
}

/** A map's entry, as paths show it. */
export function entryPath(field: string, key: string): string {
  const shown = key
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\r", "\\r")
    .replaceAll("\n", "\\n");
  return `${field}["${shown}"]`;
}

/** Whether a text has fewer characters, which are Unicode code points. */
export function isShorter(text: string, characters: number): boolean {
  if (text.length < characters) return true;
  // A character is one or two units, so this many units are enough in any case.
  return text.length < 2 * characters - 1 && charactersOf(text) < characters;
}

/** Whether a text has more characters. */
export function isLonger(text: string, characters: number): boolean {
  return text.length > characters && charactersOf(text) > characters;
}

function charactersOf(text: string): number {
  let units = 0;
  for (let i = 0; i < text.length; i++) {
    const isPair = text.codePointAt(i)! > 0xffff;
    if (isPair) i++;
    units++;
  }
  return units;
}

export function hasDuplicates(values: readonly unknown[]): boolean {
  return values.length > 1 && new Set(values).size !== values.length;
}

/** Below, at or above 0 as the duration is shorter than, as long as or longer than the other. */
export function compareDuration(
  duration: { readonly seconds: bigint; readonly nanos: number },
  seconds: bigint,
  nanos: number,
): number {
  if (duration.seconds === seconds) return duration.nanos - nanos;
  return duration.seconds < seconds ? -1 : 1;
}
