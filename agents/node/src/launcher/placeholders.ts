// What templates leave open. A value fills in one argument or variable, whatever it holds.

/** What is known of a child when it is started. */
export interface PlaceholderValues {
  readonly agentId: string;
  readonly meshId: string;
  readonly endpoint: string;
  readonly credentialFile: string;
  readonly joinTokenFile: string;
}

const names: readonly string[] = [
  "agentId",
  "meshId",
  "endpoint",
  "credentialFile",
  "joinTokenFile",
] satisfies readonly (keyof PlaceholderValues)[];
const pattern = /\{([A-Za-z]+)\}/g;

/** Names in braces that stand for nothing. */
export function unknownPlaceholders(text: string): string[] {
  return [...text.matchAll(pattern)]
    .map(([, name]) => name!)
    .filter((name) => !names.includes(name));
}

/** The text with its placeholders filled in; what is filled in is not looked at again. */
export function filledIn(text: string, values: PlaceholderValues): string {
  return text.replace(pattern, (whole, name: string) =>
    names.includes(name) ? values[name as keyof PlaceholderValues] : whole,
  );
}
