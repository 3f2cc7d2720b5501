/** Who subscribes to which pattern, and who of them gets a topic. `*` is one token, `>` at the end one or more. */
export interface TopicIndex<Subscriber> {
  /** Adding twice is the same as once. */
  add(meshUid: string, pattern: string, subscriber: Subscriber): void;
  remove(meshUid: string, pattern: string, subscriber: Subscriber): void;
  /** Each once, however many of its patterns match. */
  match(meshUid: string, topic: string): ReadonlySet<Subscriber>;
  /** Tokens that are kept, of all patterns; what they have in common counts once. */
  readonly size: number;
}

interface Node<Subscriber> {
  /** By token; `*` among them. */
  readonly children: Map<string, Node<Subscriber>>;
  /** Whose pattern ends here. */
  readonly here: Set<Subscriber>;
  /** Whose pattern goes on with `>`. */
  readonly rest: Set<Subscriber>;
}

/**
 * A tree of tokens for each mesh: what a match costs depends on the patterns that match so far, not on
 * how many there are.
 */
export function createTopicIndex<Subscriber>(): TopicIndex<Subscriber> {
  const roots = new Map<string, Node<Subscriber>>();

  function remove(
    node: Node<Subscriber>,
    tokens: readonly string[],
    depth: number,
    subscriber: Subscriber,
  ): void {
    const token = tokens[depth];
    if (token === undefined) node.here.delete(subscriber);
    else if (token === ">") node.rest.delete(subscriber);
    else {
      const child = node.children.get(token);
      if (child === undefined) return;
      remove(child, tokens, depth + 1, subscriber);
      if (isEmpty(child)) node.children.delete(token);
    }
  }

  return {
    add: (meshUid, pattern, subscriber) => {
      let node = obtain(roots, meshUid);
      for (const token of pattern.split(".")) {
        if (token === ">") {
          node.rest.add(subscriber);
          return;
        }
        node = obtain(node.children, token);
      }
      node.here.add(subscriber);
    },
    remove: (meshUid, pattern, subscriber) => {
      const root = roots.get(meshUid);
      if (root === undefined) return;
      remove(root, pattern.split("."), 0, subscriber);
      if (isEmpty(root)) roots.delete(meshUid);
    },
    match: (meshUid, topic) => {
      const found = new Set<Subscriber>();
      const root = roots.get(meshUid);
      if (root !== undefined) collect(root, topic.split("."), 0, found);
      return found;
    },
    get size() {
      return nodesIn(roots) - roots.size;
    },
  };
}

function nodesIn(nodes: ReadonlyMap<string, Node<unknown>>): number {
  let count = nodes.size;
  for (const { children } of nodes.values()) count += nodesIn(children);
  return count;
}

function collect<Subscriber>(
  node: Node<Subscriber>,
  tokens: readonly string[],
  depth: number,
  found: Set<Subscriber>,
): void {
  const token = tokens[depth];
  if (token === undefined) {
    for (const subscriber of node.here) found.add(subscriber);
    return;
  }
  for (const subscriber of node.rest) found.add(subscriber);
  for (const next of [token, "*"]) {
    const child = node.children.get(next);
    if (child !== undefined) collect(child, tokens, depth + 1, found);
  }
}

function obtain<Subscriber>(nodes: Map<string, Node<Subscriber>>, name: string): Node<Subscriber> {
  let node = nodes.get(name);
  if (node === undefined) {
    node = { children: new Map(), here: new Set(), rest: new Set() };
    nodes.set(name, node);
  }
  return node;
}

function isEmpty({ children, here, rest }: Node<unknown>): boolean {
  return children.size === 0 && here.size === 0 && rest.size === 0;
}
