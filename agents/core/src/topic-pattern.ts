/** Shape of a topic or pattern in the contract. */
export const TOPIC_PATTERN =
  /^([*]|[a-zA-Z0-9_-]{1,63})([.]([*]|[a-zA-Z0-9_-]{1,63})){0,14}([.]>)?$|^>$/;

/** Whether a topic fulfils a pattern: `*` stands for one token, `>` at the end for one or more. */
export function matchesTopic(pattern: string, topic: string): boolean {
  const wanted = pattern.split(".");
  const tokens = topic.split(".");
  const open = wanted.at(-1) === ">";
  if (open) wanted.pop();
  if (open ? tokens.length <= wanted.length : tokens.length !== wanted.length) return false;
  return wanted.every((token, index) => token === "*" || token === tokens[index]);
}
