/** What the contract's patterns mean, for people; the key is the pattern as it stands in the rule. */
const patternTexts: Readonly<Record<string, string>> = {
  "^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$":
    "takes 1 to 63 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen",
  "^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$":
    "takes at most 63 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen",
  "^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$":
    "takes 1 to 63 lower-case letters, digits, dots, underscores and hyphens, beginning with a letter",
  "^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$":
    "takes 1 to 63 lower-case letters, digits, dots, slashes, underscores and hyphens, beginning with a letter",
  "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$":
    "takes an id as the server made it: a UUID of version 7, in lower case",
  "^[\\x21-\\x7e]{1,255}$": "takes 1 to 255 printable ASCII characters without spaces",
  "^[a-zA-Z0-9._-]{1,63}$": "takes 1 to 63 letters, digits, dots, underscores and hyphens",
  "^([a-zA-Z0-9!#$&^_.+-]{1,63}/[a-zA-Z0-9!#$&^_.+-]{1,63})?$":
    "takes a media type such as text/plain, or nothing",
  "^[a-zA-Z0-9_-]{1,63}([.][a-zA-Z0-9_-]{1,63}){0,15}$":
    "takes a topic: 1 to 16 tokens of letters, digits, underscores and hyphens, separated by dots, without wildcards",
  "^([*]|[a-zA-Z0-9_-]{1,63})([.]([*]|[a-zA-Z0-9_-]{1,63})){0,14}([.]>)?$|^>$":
    "takes a topic or a pattern of tokens separated by dots, in which * stands for one token and > at the end for the rest",
  "^[a-zA-Z0-9-]{1,36}$": "takes 1 to 36 letters, digits and hyphens",
};

/** The text of a broken rule, in words where the rule is a pattern. */
export function ruleText(message: string, ruleId: string): string {
  const [, pattern] = /^does not match regex pattern `(.*)`$/s.exec(message) ?? [];
  if (pattern !== undefined) return patternTexts[pattern] ?? message;
  return message === "" ? ruleId : message;
}

/** The patterns that have a text. */
export const explainedPatterns: readonly string[] = Object.keys(patternTexts);
