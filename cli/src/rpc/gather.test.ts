// Proves how answers of many agents and their summary read.
import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { GatheredReplySchema, GatherSummarySchema } from "@meshwork/gen/mesh/v1/message_service";
import { replyText, summaryLines } from "./gather.ts";

const reply = (payload: string | Uint8Array, contentType = "") =>
  create(GatheredReplySchema, {
    agentId: "w1",
    contentType,
    payload: typeof payload === "string" ? new TextEncoder().encode(payload) : payload,
  });

describe("an answer", () => {
  test.each([
    [reply("hi"), "w1: hi\n"],
    [reply("one\ntwo\r\nthree\n"), "w1: one\nw1: two\nw1: three\n"],
    [reply(""), "w1: \n"],
    [reply("a\tb\rw2: c"), "w1: a\tb\\rw2: c\n"],
    [reply("\u001b[2J"), "w1: (4 bytes of application/octet-stream)\n"],
    [reply(new Uint8Array([0, 255]), "image/png"), "w1: (2 bytes of image/png)\n"],
  ])("reads with the agent's name before each line", async (given, text) => {
    expect(await replyText(given, "table")).toBe(text);
  });

  test("is an object where that is asked for", async () => {
    const json = async (given: ReturnType<typeof reply>) =>
      JSON.parse(await replyText(given, "jsonl")) as unknown;
    expect(await json(reply("hi"))).toEqual({ agentId: "w1", contentType: "", text: "hi" });
    expect(await json(reply('{"n":1}', "application/json"))).toEqual({
      agentId: "w1",
      contentType: "application/json",
      json: { n: 1 },
    });
    expect(await json(reply(new Uint8Array([0, 255]), "image/png"))).toEqual({
      agentId: "w1",
      contentType: "image/png",
      base64: "AP8=",
    });
  });
});

describe("a summary", () => {
  const failures = [
    { agentId: "w3", reason: ErrorReason.NO_RECEIVER, message: "not\u001b connected" },
  ];

  test("names who did not answer and why", () => {
    const summary = create(GatherSummarySchema, { asked: 3, answered: 2, failures });
    expect(summaryLines(summary, "table")).toEqual([
      "2 of 3 answered",
      "  w3 did not: not\\u001b connected (NO_RECEIVER)",
    ]);
    const [line = ""] = summaryLines(summary, "json");
    expect(JSON.parse(line)).toMatchObject({
      summary: { asked: 3, failures: [{ reason: "ERROR_REASON_NO_RECEIVER" }] },
    });
  });

  test("says that nobody was asked", () => {
    expect(summaryLines(create(GatherSummarySchema), "table")).toEqual([
      "no agent that is selected has the capability",
    ]);
  });
});
