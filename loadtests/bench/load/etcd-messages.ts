// The few messages of etcd's API that it is measured by, field by field: etcd/api's rpc.proto.
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Echo } from "./echo-load.ts";
import { framed } from "./grpc-frames.ts";

export const PUT_PATH = "/etcdserverpb.KV/Put";
export const LEASE_GRANT_PATH = "/etcdserverpb.Lease/LeaseGrant";
export const LEASE_KEEP_ALIVE_PATH = "/etcdserverpb.Lease/LeaseKeepAlive";

const LEASE_SECONDS = 3_600n;
/** First field of every answer: the header, which tells the cluster's state. */
const HEADER_TAG = 0x0a;
const LEASE_ID_FIELD = 2;

/** PutRequest: key 1, value 2. */
export function putRequest(key: string, value: string): Uint8Array {
  const text = new TextEncoder();
  return new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .bytes(text.encode(key))
    .tag(2, WireType.LengthDelimited)
    .bytes(text.encode(value))
    .finish();
}

/** LeaseGrantRequest: TTL 1, ID 2. */
export function leaseGrantRequest(leaseId: bigint): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.Varint).int64(LEASE_SECONDS);
  return writer.tag(2, WireType.Varint).int64(leaseId).finish();
}

/** LeaseKeepAliveRequest, ID 1, and its answer, which brings the ID back as field 2. */
export function keepAlive(leaseId: bigint): Echo {
  return {
    frame: framed(new BinaryWriter().tag(1, WireType.Varint).int64(leaseId).finish()),
    tag: HEADER_TAG,
    answers: (message) => leaseOf(message) === leaseId,
  };
}

function leaseOf(message: Uint8Array): bigint | undefined {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === LEASE_ID_FIELD) return BigInt(reader.int64());
    reader.skip(type, field);
  }
  return undefined;
}
