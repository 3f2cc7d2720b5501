// Names in the styles of proto, flags and English.

/** `AgentRole` or `agentRole` as `agent_role`; runs of capitals count as one word. */
export function snake(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/** `join_token_ttl` or `JoinToken` in the style of flags and topics: `join-token-ttl`. */
export function kebab(name: string): string {
  return snake(name).replaceAll("_", "-");
}

/** The words of a name in Pascal case: `GetMeshStatus` gives Get, Mesh, Status. */
export function words(name: string): string[] {
  return snake(name).split("_");
}

/** Plural of an English noun that follows the rules: mesh gives meshes, policy policies. */
export function plural(noun: string): string {
  if (/(s|x|z|ch|sh)$/.test(noun)) return `${noun}es`;
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return `${noun}s`;
}
