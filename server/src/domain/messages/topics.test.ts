// Which patterns match a topic: the tree answers as comparing token by token would.
import { describe, expect, test } from "@jest/globals";
import { createFakeClock } from "../../testing/fake-clock.ts";
import { createSeededIds } from "../../testing/seeded-ids.ts";
import { createTopicIndex } from "./topics.ts";

/** Token by token, without any index. */
function matches(pattern: string, topic: string): boolean {
  const wanted = pattern.split(".");
  const given = topic.split(".");
  for (const [index, token] of wanted.entries()) {
    if (token === ">") return given.length > index;
    if (given[index] === undefined || (token !== "*" && token !== given[index])) return false;
  }
  return wanted.length === given.length;
}

function createRandom(seed: number): (below: number) => number {
  const ids = createSeededIds(seed, createFakeClock());
  return (below) => {
    const [a, b] = ids.bytes(2);
    return (a! * 256 + b!) % below;
  };
}

describe("match", () => {
  test.each([
    ["orders.eu", "orders.eu", true],
    ["orders.eu", "orders.eu.created", false],
    ["orders.*", "orders.eu", true],
    ["orders.*", "orders", false],
    ["orders.*", "orders.eu.created", false],
    ["orders.>", "orders.eu.created", true],
    ["orders.>", "orders", false],
    [">", "orders", true],
    ["*", "orders", true],
    ["*.eu.>", "orders.eu", false],
    ["*.eu.>", "orders.eu.a.b", true],
  ])("%s of %s: %s", (pattern, topic, expected) => {
    const index = createTopicIndex<string>();
    index.add("m", pattern, "s");
    expect([...index.match("m", topic)]).toEqual(expected ? ["s"] : []);
    expect([...index.match("another", topic)]).toEqual([]);
  });

  test("names a subscriber once, however many of its patterns match", () => {
    const index = createTopicIndex<string>();
    for (const pattern of ["a.b", "a.*", "*.*", ">", "a.>", ">"]) index.add("m", pattern, "s");
    expect([...index.match("m", "a.b")]).toEqual(["s"]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("is as without the tree, seed %d", (seed) => {
    const random = createRandom(seed);
    const tokens = ["a", "b", "c", "d"];
    const topicOf = (): string =>
      Array.from({ length: 1 + random(4) }, () => tokens[random(4)]!).join(".");
    const patternOf = (): string => {
      const parts = topicOf()
        .split(".")
        .map((token) => (random(4) === 0 ? "*" : token));
      return [...parts, ...(random(4) === 0 ? [">"] : [])]
        .slice(random(8) === 0 ? -1 : 0)
        .join(".");
    };
    const index = createTopicIndex<number>();
    const standing = new Map<string, { pattern: string; subscriber: number }>();
    for (let step = 0; step < 3_000; step += 1) {
      const pattern = patternOf();
      const subscriber = random(10);
      const key = `${pattern} ${subscriber}`;
      if (random(3) === 0) {
        index.remove("m", pattern, subscriber);
        standing.delete(key);
      } else {
        index.add("m", pattern, subscriber);
        standing.set(key, { pattern, subscriber });
      }
      if (step % 10 > 0) continue;
      const topic = topicOf();
      const expected = new Set(
        [...standing.values()]
          .filter((one) => matches(one.pattern, topic))
          .map((one) => one.subscriber),
      );
      expect([seed, topic, [...index.match("m", topic)].sort()]).toEqual([
        seed,
        topic,
        [...expected].sort(),
      ]);
    }
  });

  test("of 100,000 patterns looks at those that match so far", () => {
    const index = createTopicIndex<number>();
    for (let one = 0; one < 100_000; one += 1) {
      index.add("m", `orders.${one % 1_000}.${one}`, one);
      if (one % 1_000 === 0) index.add("m", `*.${one}.>`, one);
    }
    expect(index.size).toBe(1 + 1_000 + 100_000 + 1 + 100);
    const startMs = performance.now();
    for (let one = 0; one < 10_000; one += 1)
      expect(index.match("m", `orders.${one % 1_000}.${one}`).has(one)).toBe(true);
    // Looking at each pattern would take a thousand times as long.
    expect(performance.now() - startMs).toBeLessThan(2_000);
    for (let one = 0; one < 100_000; one += 1) {
      index.remove("m", `orders.${one % 1_000}.${one}`, one);
      index.remove("m", `*.${one}.>`, one);
    }
    expect(index.match("m", "orders.1.1").size).toBe(0);
    expect(index.size).toBe(0);
  });
});
