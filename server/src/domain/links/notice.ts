import { create } from "@bufbuild/protobuf";
import type { ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import { NoticeSchema, type Notice_Kind } from "@meshwork/gen/mesh/v1/link";

/** A notice to an agent: what it is about, how many, and a sentence for people. */
export function noticeFrame(
  kind: Notice_Kind,
  count: number,
  message: string,
): ConnectResponse["frame"] {
  return { case: "notice", value: create(NoticeSchema, { kind, count, message }) };
}
