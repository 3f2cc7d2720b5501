// Generated from proto/ by codegen/plugin.ts. Do not edit: run `npm run generate`.
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Any, Duration, Timestamp } from "@bufbuild/protobuf/wkt";
import type { Status } from "@meshwork/gen/google/rpc/status";
import type { Agent, AgentDesiredState, AgentLaunch, AgentLiveness, AgentLoad, AgentProcess, AgentRole, AgentRuntime, AgentSelector, AgentSession, AgentState, AgentStatus, HealthCheck, HealthCheck_Result, LivenessCause, ProcessState } from "@meshwork/gen/mesh/v1/agent";
import type { ConnectRequest, ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import type { AgentGoodbye, AgentSpec, Call, CancelCall, Config, Deliver, HeartbeatAck, HeartbeatMessage, HeldDelivery, Hello, LaunchChild, Launched, LinkLimits, LinkWindow, Notice, Notice_Kind, Producer, Publish, PublishOutcome, Published, Reply, ServerGoodbye, Settle, SettleOutcome, Settled, Settlement, Settlement_Kind, StateUpdateMessage, Subscribe, SubscribeOutcome, Subscribed, Subscription, Unsubscribe, Welcome } from "@meshwork/gen/mesh/v1/link";
import type { AgentMessage, DeliveryGuarantee } from "@meshwork/gen/mesh/v1/message";
import { ConnectRequestSchema, ConnectResponseSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import { notCovered } from "./not-covered.ts";
import {
  readBool,
  readBytes,
  readDouble,
  readEnd,
  readInt32,
  readInt64,
  readString,
  readTag,
  setEntry,
  type WireReader,
} from "./wire-reader.ts";
import {
  createWriter,
  finishMessage,
  sizeOf,
  startMessage,
  type WireWriter,
  writeBool,
  writeBytes,
  writeDouble,
  writeInt32,
  writeInt64,
  writeLengthAndTag,
  writeString,
} from "./wire-writer.ts";

const writer = createWriter();

function readAgentRuntime(reader: WireReader, end: number): AgentRuntime {
  const message: AgentRuntime = {
    $typeName: "mesh.v1.AgentRuntime",
    name: "",
    version: "",
    platform: "",
    hostName: "",
    processId: 0,
    sdk: "",
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // name
        message.name = readString(reader, end);
        break;
      case 18: // version
        message.version = readString(reader, end);
        break;
      case 26: // platform
        message.platform = readString(reader, end);
        break;
      case 34: // host_name
        message.hostName = readString(reader, end);
        break;
      case 40: // process_id
        message.processId = readInt32(reader);
        break;
      case 50: // sdk
        message.sdk = readString(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeAgentRuntime(writer: WireWriter, message: AgentRuntime): void {
  if (message.$typeName !== "mesh.v1.AgentRuntime" || message.$unknown !== undefined) throw notCovered;
  if (message.sdk !== "") {
    writeString(writer, 50, message.sdk);
  }
  if (message.processId !== 0) {
    writeInt32(writer, 40, message.processId);
  }
  if (message.hostName !== "") {
    writeString(writer, 34, message.hostName);
  }
  if (message.platform !== "") {
    writeString(writer, 26, message.platform);
  }
  if (message.version !== "") {
    writeString(writer, 18, message.version);
  }
  if (message.name !== "") {
    writeString(writer, 10, message.name);
  }
}

function readAgentSpec(reader: WireReader, end: number): AgentSpec {
  const message: AgentSpec = {
    $typeName: "mesh.v1.AgentSpec",
    labels: {},
    capabilities: [],
    launchTemplates: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // labels
        readAgentSpecLabelsEntry(reader, readEnd(reader, end), message.labels);
        break;
      case 18: // capabilities
        message.capabilities.push(readString(reader, end));
        break;
      case 26: // runtime
        if (message.runtime !== undefined) throw notCovered;
        message.runtime = readAgentRuntime(reader, readEnd(reader, end));
        break;
      case 34: // launch_templates
        message.launchTemplates.push(readString(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function readAgentSpecLabelsEntry(reader: WireReader, end: number, entries: Record<string, string>): void {
  let key = "";
  let value: string = "";
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10:
        key = readString(reader, end);
        break;
      case 18:
        value = readString(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  setEntry(entries, key, value);
}

function writeAgentSpec(writer: WireWriter, message: AgentSpec): void {
  if (message.$typeName !== "mesh.v1.AgentSpec" || message.$unknown !== undefined) throw notCovered;
  for (let i = message.launchTemplates.length - 1; i >= 0; i--) {
    writeString(writer, 34, message.launchTemplates[i]!);
  }
  if (message.runtime !== undefined) {
    const before = sizeOf(writer);
    writeAgentRuntime(writer, message.runtime);
    writeLengthAndTag(writer, before, 26);
  }
  for (let i = message.capabilities.length - 1; i >= 0; i--) {
    writeString(writer, 18, message.capabilities[i]!);
  }
  const labelsKeys = Object.keys(message.labels);
  for (let i = labelsKeys.length - 1; i >= 0; i--) {
    const key = labelsKeys[i]!;
    const before = sizeOf(writer);
    writeString(writer, 18, message.labels[key]!);
    writeString(writer, 10, key);
    writeLengthAndTag(writer, before, 10);
  }
}

function readLinkWindow(reader: WireReader, end: number): LinkWindow {
  const message: LinkWindow = {
    $typeName: "mesh.v1.LinkWindow",
    callsMax: 0,
    deliveriesMax: 0,
    deliveryBytesMax: 0,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // calls_max
        message.callsMax = readInt32(reader);
        break;
      case 16: // deliveries_max
        message.deliveriesMax = readInt32(reader);
        break;
      case 24: // delivery_bytes_max
        message.deliveryBytesMax = readInt32(reader);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeLinkWindow(writer: WireWriter, message: LinkWindow): void {
  if (message.$typeName !== "mesh.v1.LinkWindow" || message.$unknown !== undefined) throw notCovered;
  if (message.deliveryBytesMax !== 0) {
    writeInt32(writer, 24, message.deliveryBytesMax);
  }
  if (message.deliveriesMax !== 0) {
    writeInt32(writer, 16, message.deliveriesMax);
  }
  if (message.callsMax !== 0) {
    writeInt32(writer, 8, message.callsMax);
  }
}

function readProducer(reader: WireReader, end: number): Producer {
  const message: Producer = {
    $typeName: "mesh.v1.Producer",
    producerId: "",
    knownThrough: 0n,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // producer_id
        message.producerId = readString(reader, end);
        break;
      case 16: // known_through
        message.knownThrough = readInt64(reader);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeProducer(writer: WireWriter, message: Producer): void {
  if (message.$typeName !== "mesh.v1.Producer" || message.$unknown !== undefined) throw notCovered;
  if (message.knownThrough !== 0n) {
    writeInt64(writer, 16, message.knownThrough);
  }
  if (message.producerId !== "") {
    writeString(writer, 10, message.producerId);
  }
}

function readSubscription(reader: WireReader, end: number): Subscription {
  const message: Subscription = {
    $typeName: "mesh.v1.Subscription",
    source: { case: undefined },
    durable: false,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // topic
        message.source = { case: "topic", value: readString(reader, end) };
        break;
      case 18: // group
        message.source = { case: "group", value: readString(reader, end) };
        break;
      case 24: // durable
        message.durable = readBool(reader);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeSubscription(writer: WireWriter, message: Subscription): void {
  if (message.$typeName !== "mesh.v1.Subscription" || message.$unknown !== undefined) throw notCovered;
  if (message.durable !== false) {
    writeBool(writer, 24, message.durable);
  }
  switch (message.source.case) {
    case "group": {
      writeString(writer, 18, message.source.value);
      break;
    }
    case "topic": {
      writeString(writer, 10, message.source.value);
      break;
    }
  }
}

function readHeldDelivery(reader: WireReader, end: number): HeldDelivery {
  const message: HeldDelivery = {
    $typeName: "mesh.v1.HeldDelivery",
    messageId: "",
    attempt: 0,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // message_id
        message.messageId = readString(reader, end);
        break;
      case 16: // attempt
        message.attempt = readInt32(reader);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeHeldDelivery(writer: WireWriter, message: HeldDelivery): void {
  if (message.$typeName !== "mesh.v1.HeldDelivery" || message.$unknown !== undefined) throw notCovered;
  if (message.attempt !== 0) {
    writeInt32(writer, 16, message.attempt);
  }
  if (message.messageId !== "") {
    writeString(writer, 10, message.messageId);
  }
}

function readHello(reader: WireReader, end: number): Hello {
  const message: Hello = {
    $typeName: "mesh.v1.Hello",
    protocolVersion: 0,
    features: [],
    resumeSessionId: "",
    subscriptions: [],
    held: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // protocol_version
        message.protocolVersion = readInt32(reader);
        break;
      case 18: // features
        message.features.push(readString(reader, end));
        break;
      case 26: // spec
        if (message.spec !== undefined) throw notCovered;
        message.spec = readAgentSpec(reader, readEnd(reader, end));
        break;
      case 34: // resume_session_id
        message.resumeSessionId = readString(reader, end);
        break;
      case 42: // window
        if (message.window !== undefined) throw notCovered;
        message.window = readLinkWindow(reader, readEnd(reader, end));
        break;
      case 50: // producer
        if (message.producer !== undefined) throw notCovered;
        message.producer = readProducer(reader, readEnd(reader, end));
        break;
      case 58: // subscriptions
        message.subscriptions.push(readSubscription(reader, readEnd(reader, end)));
        break;
      case 66: // held
        message.held.push(readHeldDelivery(reader, readEnd(reader, end)));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeHello(writer: WireWriter, message: Hello): void {
  if (message.$typeName !== "mesh.v1.Hello" || message.$unknown !== undefined) throw notCovered;
  for (let i = message.held.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writeHeldDelivery(writer, message.held[i]!);
    writeLengthAndTag(writer, before, 66);
  }
  for (let i = message.subscriptions.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writeSubscription(writer, message.subscriptions[i]!);
    writeLengthAndTag(writer, before, 58);
  }
  if (message.producer !== undefined) {
    const before = sizeOf(writer);
    writeProducer(writer, message.producer);
    writeLengthAndTag(writer, before, 50);
  }
  if (message.window !== undefined) {
    const before = sizeOf(writer);
    writeLinkWindow(writer, message.window);
    writeLengthAndTag(writer, before, 42);
  }
  if (message.resumeSessionId !== "") {
    writeString(writer, 34, message.resumeSessionId);
  }
  if (message.spec !== undefined) {
    const before = sizeOf(writer);
    writeAgentSpec(writer, message.spec);
    writeLengthAndTag(writer, before, 26);
  }
  for (let i = message.features.length - 1; i >= 0; i--) {
    writeString(writer, 18, message.features[i]!);
  }
  if (message.protocolVersion !== 0) {
    writeInt32(writer, 8, message.protocolVersion);
  }
}

function readTimestamp(reader: WireReader, end: number): Timestamp {
  const message: Timestamp = {
    $typeName: "google.protobuf.Timestamp",
    seconds: 0n,
    nanos: 0,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // seconds
        message.seconds = readInt64(reader);
        break;
      case 16: // nanos
        message.nanos = readInt32(reader);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeTimestamp(writer: WireWriter, message: Timestamp): void {
  if (message.$typeName !== "google.protobuf.Timestamp" || message.$unknown !== undefined) throw notCovered;
  if (message.nanos !== 0) {
    writeInt32(writer, 16, message.nanos);
  }
  if (message.seconds !== 0n) {
    writeInt64(writer, 8, message.seconds);
  }
}

function readDuration(reader: WireReader, end: number): Duration {
  const message: Duration = {
    $typeName: "google.protobuf.Duration",
    seconds: 0n,
    nanos: 0,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // seconds
        message.seconds = readInt64(reader);
        break;
      case 16: // nanos
        message.nanos = readInt32(reader);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeDuration(writer: WireWriter, message: Duration): void {
  if (message.$typeName !== "google.protobuf.Duration" || message.$unknown !== undefined) throw notCovered;
  if (message.nanos !== 0) {
    writeInt32(writer, 16, message.nanos);
  }
  if (message.seconds !== 0n) {
    writeInt64(writer, 8, message.seconds);
  }
}

function readAgentLoad(reader: WireReader, end: number): AgentLoad {
  const message: AgentLoad = {
    $typeName: "mesh.v1.AgentLoad",
    cpuCores: 0,
    memoryBytes: 0n,
    callsInFlight: 0,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 9: // cpu_cores
        message.cpuCores = readDouble(reader);
        break;
      case 16: // memory_bytes
        message.memoryBytes = readInt64(reader);
        break;
      case 26: // loop_delay_duration
        if (message.loopDelayDuration !== undefined) throw notCovered;
        message.loopDelayDuration = readDuration(reader, readEnd(reader, end));
        break;
      case 32: // calls_in_flight
        message.callsInFlight = readInt32(reader);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeAgentLoad(writer: WireWriter, message: AgentLoad): void {
  if (message.$typeName !== "mesh.v1.AgentLoad" || message.$unknown !== undefined) throw notCovered;
  if (message.callsInFlight !== 0) {
    writeInt32(writer, 32, message.callsInFlight);
  }
  if (message.loopDelayDuration !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.loopDelayDuration);
    writeLengthAndTag(writer, before, 26);
  }
  if (message.memoryBytes !== 0n) {
    writeInt64(writer, 16, message.memoryBytes);
  }
  if (!Object.is(message.cpuCores, 0)) {
    writeDouble(writer, 9, message.cpuCores);
  }
}

function readHealthCheck(reader: WireReader, end: number): HealthCheck {
  const message: HealthCheck = {
    $typeName: "mesh.v1.HealthCheck",
    name: "",
    result: 0,
    message: "",
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // name
        message.name = readString(reader, end);
        break;
      case 16: // result
        message.result = readInt32(reader) as HealthCheck_Result;
        break;
      case 26: // message
        message.message = readString(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeHealthCheck(writer: WireWriter, message: HealthCheck): void {
  if (message.$typeName !== "mesh.v1.HealthCheck" || message.$unknown !== undefined) throw notCovered;
  if (message.message !== "") {
    writeString(writer, 26, message.message);
  }
  if (message.result !== 0) {
    writeInt32(writer, 16, message.result);
  }
  if (message.name !== "") {
    writeString(writer, 10, message.name);
  }
}

function readHeartbeatMessage(reader: WireReader, end: number): HeartbeatMessage {
  const message: HeartbeatMessage = {
    $typeName: "mesh.v1.HeartbeatMessage",
    sequence: 0n,
    health: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // sequence
        message.sequence = readInt64(reader);
        break;
      case 18: // agent_time
        if (message.agentTime !== undefined) throw notCovered;
        message.agentTime = readTimestamp(reader, readEnd(reader, end));
        break;
      case 26: // load
        if (message.load !== undefined) throw notCovered;
        message.load = readAgentLoad(reader, readEnd(reader, end));
        break;
      case 34: // health
        message.health.push(readHealthCheck(reader, readEnd(reader, end)));
        break;
      case 42: // round_trip_duration
        if (message.roundTripDuration !== undefined) throw notCovered;
        message.roundTripDuration = readDuration(reader, readEnd(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeHeartbeatMessage(writer: WireWriter, message: HeartbeatMessage): void {
  if (message.$typeName !== "mesh.v1.HeartbeatMessage" || message.$unknown !== undefined) throw notCovered;
  if (message.roundTripDuration !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.roundTripDuration);
    writeLengthAndTag(writer, before, 42);
  }
  for (let i = message.health.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writeHealthCheck(writer, message.health[i]!);
    writeLengthAndTag(writer, before, 34);
  }
  if (message.load !== undefined) {
    const before = sizeOf(writer);
    writeAgentLoad(writer, message.load);
    writeLengthAndTag(writer, before, 26);
  }
  if (message.agentTime !== undefined) {
    const before = sizeOf(writer);
    writeTimestamp(writer, message.agentTime);
    writeLengthAndTag(writer, before, 18);
  }
  if (message.sequence !== 0n) {
    writeInt64(writer, 8, message.sequence);
  }
}

function readStateUpdateMessage(reader: WireReader, end: number): StateUpdateMessage {
  const message: StateUpdateMessage = {
    $typeName: "mesh.v1.StateUpdateMessage",
    state: 0,
    reason: "",
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // state
        message.state = readInt32(reader) as AgentState;
        break;
      case 18: // reason
        message.reason = readString(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeStateUpdateMessage(writer: WireWriter, message: StateUpdateMessage): void {
  if (message.$typeName !== "mesh.v1.StateUpdateMessage" || message.$unknown !== undefined) throw notCovered;
  if (message.effectiveConfiguration !== undefined) {
    throw notCovered;
  }
  if (message.reason !== "") {
    writeString(writer, 18, message.reason);
  }
  if (message.state !== 0) {
    writeInt32(writer, 8, message.state);
  }
}

function readAgentSelector(reader: WireReader, end: number): AgentSelector {
  const message: AgentSelector = {
    $typeName: "mesh.v1.AgentSelector",
    agentIds: [],
    roles: [],
    capabilities: [],
    matchLabels: {},
    expression: "",
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // agent_ids
        message.agentIds.push(readString(reader, end));
        break;
      case 16: // roles
        message.roles.push(readInt32(reader) as AgentRole);
        break;
      case 18: {
        const packedEnd = readEnd(reader, end);
        while (reader.position < packedEnd) message.roles.push(readInt32(reader) as AgentRole);
        if (reader.position !== packedEnd) throw notCovered;
        break;
      }
      case 26: // capabilities
        message.capabilities.push(readString(reader, end));
        break;
      case 34: // match_labels
        readAgentSelectorMatchLabelsEntry(reader, readEnd(reader, end), message.matchLabels);
        break;
      case 42: // expression
        message.expression = readString(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function readAgentSelectorMatchLabelsEntry(reader: WireReader, end: number, entries: Record<string, string>): void {
  let key = "";
  let value: string = "";
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10:
        key = readString(reader, end);
        break;
      case 18:
        value = readString(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  setEntry(entries, key, value);
}

function writeAgentSelector(writer: WireWriter, message: AgentSelector): void {
  if (message.$typeName !== "mesh.v1.AgentSelector" || message.$unknown !== undefined) throw notCovered;
  if (message.expression !== "") {
    writeString(writer, 42, message.expression);
  }
  const matchLabelsKeys = Object.keys(message.matchLabels);
  for (let i = matchLabelsKeys.length - 1; i >= 0; i--) {
    const key = matchLabelsKeys[i]!;
    const before = sizeOf(writer);
    writeString(writer, 18, message.matchLabels[key]!);
    writeString(writer, 10, key);
    writeLengthAndTag(writer, before, 34);
  }
  for (let i = message.capabilities.length - 1; i >= 0; i--) {
    writeString(writer, 26, message.capabilities[i]!);
  }
  if (message.roles.length > 0) {
    const before = sizeOf(writer);
    for (let i = message.roles.length - 1; i >= 0; i--) writeInt32(writer, 0, message.roles[i]!);
    writeLengthAndTag(writer, before, 18);
  }
  for (let i = message.agentIds.length - 1; i >= 0; i--) {
    writeString(writer, 10, message.agentIds[i]!);
  }
}

function readAgentMessage(reader: WireReader, end: number): AgentMessage {
  const message: AgentMessage = {
    $typeName: "mesh.v1.AgentMessage",
    messageId: "",
    sender: "",
    target: { case: undefined },
    subject: "",
    contentType: "",
    payload: new Uint8Array(0),
    headers: {},
    guarantee: 0,
    correlationId: "",
    attempt: 0,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // message_id
        message.messageId = readString(reader, end);
        break;
      case 18: // sender
        message.sender = readString(reader, end);
        break;
      case 26: // agent_id
        message.target = { case: "agentId", value: readString(reader, end) };
        break;
      case 34: // group
        message.target = { case: "group", value: readString(reader, end) };
        break;
      case 42: // topic
        message.target = { case: "topic", value: readString(reader, end) };
        break;
      case 50: // selector
        if (message.target.case === "selector") throw notCovered;
        message.target = { case: "selector", value: readAgentSelector(reader, readEnd(reader, end)) };
        break;
      case 56: // broadcast
        message.target = { case: "broadcast", value: readBool(reader) };
        break;
      case 66: // subject
        message.subject = readString(reader, end);
        break;
      case 74: // content_type
        message.contentType = readString(reader, end);
        break;
      case 82: // payload
        message.payload = readBytes(reader, end);
        break;
      case 90: // headers
        readAgentMessageHeadersEntry(reader, readEnd(reader, end), message.headers);
        break;
      case 96: // guarantee
        message.guarantee = readInt32(reader) as DeliveryGuarantee;
        break;
      case 106: // accept_time
        if (message.acceptTime !== undefined) throw notCovered;
        message.acceptTime = readTimestamp(reader, readEnd(reader, end));
        break;
      case 114: // correlation_id
        message.correlationId = readString(reader, end);
        break;
      case 120: // attempt
        message.attempt = readInt32(reader);
        break;
      case 130: // ttl
        if (message.ttl !== undefined) throw notCovered;
        message.ttl = readDuration(reader, readEnd(reader, end));
        break;
      case 138: // delay
        if (message.delay !== undefined) throw notCovered;
        message.delay = readDuration(reader, readEnd(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function readAgentMessageHeadersEntry(reader: WireReader, end: number, entries: Record<string, string>): void {
  let key = "";
  let value: string = "";
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10:
        key = readString(reader, end);
        break;
      case 18:
        value = readString(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  setEntry(entries, key, value);
}

function writeAgentMessage(writer: WireWriter, message: AgentMessage): void {
  if (message.$typeName !== "mesh.v1.AgentMessage" || message.$unknown !== undefined) throw notCovered;
  if (message.delay !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.delay);
    writeLengthAndTag(writer, before, 138);
  }
  if (message.ttl !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.ttl);
    writeLengthAndTag(writer, before, 130);
  }
  if (message.attempt !== 0) {
    writeInt32(writer, 120, message.attempt);
  }
  if (message.correlationId !== "") {
    writeString(writer, 114, message.correlationId);
  }
  if (message.acceptTime !== undefined) {
    const before = sizeOf(writer);
    writeTimestamp(writer, message.acceptTime);
    writeLengthAndTag(writer, before, 106);
  }
  if (message.guarantee !== 0) {
    writeInt32(writer, 96, message.guarantee);
  }
  const headersKeys = Object.keys(message.headers);
  for (let i = headersKeys.length - 1; i >= 0; i--) {
    const key = headersKeys[i]!;
    const before = sizeOf(writer);
    writeString(writer, 18, message.headers[key]!);
    writeString(writer, 10, key);
    writeLengthAndTag(writer, before, 90);
  }
  if (!(message.payload instanceof Uint8Array) || message.payload.length > 0) {
    writeBytes(writer, 82, message.payload);
  }
  if (message.contentType !== "") {
    writeString(writer, 74, message.contentType);
  }
  if (message.subject !== "") {
    writeString(writer, 66, message.subject);
  }
  switch (message.target.case) {
    case "broadcast": {
      writeBool(writer, 56, message.target.value);
      break;
    }
    case "selector": {
      const before = sizeOf(writer);
      writeAgentSelector(writer, message.target.value);
      writeLengthAndTag(writer, before, 50);
      break;
    }
    case "topic": {
      writeString(writer, 42, message.target.value);
      break;
    }
    case "group": {
      writeString(writer, 34, message.target.value);
      break;
    }
    case "agentId": {
      writeString(writer, 26, message.target.value);
      break;
    }
  }
  if (message.sender !== "") {
    writeString(writer, 18, message.sender);
  }
  if (message.messageId !== "") {
    writeString(writer, 10, message.messageId);
  }
}

function readPublish(reader: WireReader, end: number): Publish {
  const message: Publish = {
    $typeName: "mesh.v1.Publish",
    messages: [],
    firstSequence: 0n,
    knownThrough: 0n,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // messages
        message.messages.push(readAgentMessage(reader, readEnd(reader, end)));
        break;
      case 16: // first_sequence
        message.firstSequence = readInt64(reader);
        break;
      case 24: // known_through
        message.knownThrough = readInt64(reader);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writePublish(writer: WireWriter, message: Publish): void {
  if (message.$typeName !== "mesh.v1.Publish" || message.$unknown !== undefined) throw notCovered;
  if (message.knownThrough !== 0n) {
    writeInt64(writer, 24, message.knownThrough);
  }
  if (message.firstSequence !== 0n) {
    writeInt64(writer, 16, message.firstSequence);
  }
  for (let i = message.messages.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writeAgentMessage(writer, message.messages[i]!);
    writeLengthAndTag(writer, before, 10);
  }
}

function readAny(reader: WireReader, end: number): Any {
  const message: Any = {
    $typeName: "google.protobuf.Any",
    typeUrl: "",
    value: new Uint8Array(0),
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // type_url
        message.typeUrl = readString(reader, end);
        break;
      case 18: // value
        message.value = readBytes(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeAny(writer: WireWriter, message: Any): void {
  if (message.$typeName !== "google.protobuf.Any" || message.$unknown !== undefined) throw notCovered;
  if (!(message.value instanceof Uint8Array) || message.value.length > 0) {
    writeBytes(writer, 18, message.value);
  }
  if (message.typeUrl !== "") {
    writeString(writer, 10, message.typeUrl);
  }
}

function readStatus(reader: WireReader, end: number): Status {
  const message: Status = {
    $typeName: "google.rpc.Status",
    code: 0,
    message: "",
    details: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // code
        message.code = readInt32(reader);
        break;
      case 18: // message
        message.message = readString(reader, end);
        break;
      case 26: // details
        message.details.push(readAny(reader, readEnd(reader, end)));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeStatus(writer: WireWriter, message: Status): void {
  if (message.$typeName !== "google.rpc.Status" || message.$unknown !== undefined) throw notCovered;
  for (let i = message.details.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writeAny(writer, message.details[i]!);
    writeLengthAndTag(writer, before, 26);
  }
  if (message.message !== "") {
    writeString(writer, 18, message.message);
  }
  if (message.code !== 0) {
    writeInt32(writer, 8, message.code);
  }
}

function readReply(reader: WireReader, end: number): Reply {
  const message: Reply = {
    $typeName: "mesh.v1.Reply",
    callId: "",
    contentType: "",
    payload: new Uint8Array(0),
    hasPayload: false,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // call_id
        message.callId = readString(reader, end);
        break;
      case 18: // content_type
        message.contentType = readString(reader, end);
        break;
      case 26: // payload
        message.payload = readBytes(reader, end);
        break;
      case 34: // status
        if (message.status !== undefined) throw notCovered;
        message.status = readStatus(reader, readEnd(reader, end));
        break;
      case 40: // has_payload
        message.hasPayload = readBool(reader);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeReply(writer: WireWriter, message: Reply): void {
  if (message.$typeName !== "mesh.v1.Reply" || message.$unknown !== undefined) throw notCovered;
  if (message.hasPayload !== false) {
    writeBool(writer, 40, message.hasPayload);
  }
  if (message.status !== undefined) {
    const before = sizeOf(writer);
    writeStatus(writer, message.status);
    writeLengthAndTag(writer, before, 34);
  }
  if (!(message.payload instanceof Uint8Array) || message.payload.length > 0) {
    writeBytes(writer, 26, message.payload);
  }
  if (message.contentType !== "") {
    writeString(writer, 18, message.contentType);
  }
  if (message.callId !== "") {
    writeString(writer, 10, message.callId);
  }
}

function readAgentGoodbye(reader: WireReader, end: number): AgentGoodbye {
  const message: AgentGoodbye = {
    $typeName: "mesh.v1.AgentGoodbye",
    reason: "",
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // reason
        message.reason = readString(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeAgentGoodbye(writer: WireWriter, message: AgentGoodbye): void {
  if (message.$typeName !== "mesh.v1.AgentGoodbye" || message.$unknown !== undefined) throw notCovered;
  if (message.reason !== "") {
    writeString(writer, 10, message.reason);
  }
}

function readSettlement(reader: WireReader, end: number): Settlement {
  const message: Settlement = {
    $typeName: "mesh.v1.Settlement",
    messageId: "",
    attempt: 0,
    kind: 0,
    reason: "",
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // message_id
        message.messageId = readString(reader, end);
        break;
      case 16: // attempt
        message.attempt = readInt32(reader);
        break;
      case 24: // kind
        message.kind = readInt32(reader) as Settlement_Kind;
        break;
      case 34: // duration
        if (message.duration !== undefined) throw notCovered;
        message.duration = readDuration(reader, readEnd(reader, end));
        break;
      case 42: // reason
        message.reason = readString(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeSettlement(writer: WireWriter, message: Settlement): void {
  if (message.$typeName !== "mesh.v1.Settlement" || message.$unknown !== undefined) throw notCovered;
  if (message.reason !== "") {
    writeString(writer, 42, message.reason);
  }
  if (message.duration !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.duration);
    writeLengthAndTag(writer, before, 34);
  }
  if (message.kind !== 0) {
    writeInt32(writer, 24, message.kind);
  }
  if (message.attempt !== 0) {
    writeInt32(writer, 16, message.attempt);
  }
  if (message.messageId !== "") {
    writeString(writer, 10, message.messageId);
  }
}

function readSettle(reader: WireReader, end: number): Settle {
  const message: Settle = {
    $typeName: "mesh.v1.Settle",
    settlements: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // settlements
        message.settlements.push(readSettlement(reader, readEnd(reader, end)));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeSettle(writer: WireWriter, message: Settle): void {
  if (message.$typeName !== "mesh.v1.Settle" || message.$unknown !== undefined) throw notCovered;
  for (let i = message.settlements.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writeSettlement(writer, message.settlements[i]!);
    writeLengthAndTag(writer, before, 10);
  }
}

function readSubscribe(reader: WireReader, end: number): Subscribe {
  const message: Subscribe = {
    $typeName: "mesh.v1.Subscribe",
    subscriptions: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // subscriptions
        message.subscriptions.push(readSubscription(reader, readEnd(reader, end)));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeSubscribe(writer: WireWriter, message: Subscribe): void {
  if (message.$typeName !== "mesh.v1.Subscribe" || message.$unknown !== undefined) throw notCovered;
  for (let i = message.subscriptions.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writeSubscription(writer, message.subscriptions[i]!);
    writeLengthAndTag(writer, before, 10);
  }
}

function readUnsubscribe(reader: WireReader, end: number): Unsubscribe {
  const message: Unsubscribe = {
    $typeName: "mesh.v1.Unsubscribe",
    subscriptions: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // subscriptions
        message.subscriptions.push(readSubscription(reader, readEnd(reader, end)));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeUnsubscribe(writer: WireWriter, message: Unsubscribe): void {
  if (message.$typeName !== "mesh.v1.Unsubscribe" || message.$unknown !== undefined) throw notCovered;
  for (let i = message.subscriptions.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writeSubscription(writer, message.subscriptions[i]!);
    writeLengthAndTag(writer, before, 10);
  }
}

function readLaunched(reader: WireReader, end: number): Launched {
  const message: Launched = {
    $typeName: "mesh.v1.Launched",
    agentUid: "",
    state: 0,
    processId: 0,
    exitCode: 0,
    signal: "",
    restarts: 0,
    reason: "",
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // agent_uid
        message.agentUid = readString(reader, end);
        break;
      case 16: // state
        message.state = readInt32(reader) as ProcessState;
        break;
      case 24: // process_id
        message.processId = readInt32(reader);
        break;
      case 32: // exit_code
        message.exitCode = readInt32(reader);
        break;
      case 42: // signal
        message.signal = readString(reader, end);
        break;
      case 48: // restarts
        message.restarts = readInt32(reader);
        break;
      case 58: // reason
        message.reason = readString(reader, end);
        break;
      case 66: // next_start
        if (message.nextStart !== undefined) throw notCovered;
        message.nextStart = readDuration(reader, readEnd(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeLaunched(writer: WireWriter, message: Launched): void {
  if (message.$typeName !== "mesh.v1.Launched" || message.$unknown !== undefined) throw notCovered;
  if (message.nextStart !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.nextStart);
    writeLengthAndTag(writer, before, 66);
  }
  if (message.reason !== "") {
    writeString(writer, 58, message.reason);
  }
  if (message.restarts !== 0) {
    writeInt32(writer, 48, message.restarts);
  }
  if (message.signal !== "") {
    writeString(writer, 42, message.signal);
  }
  if (message.exitCode !== 0) {
    writeInt32(writer, 32, message.exitCode);
  }
  if (message.processId !== 0) {
    writeInt32(writer, 24, message.processId);
  }
  if (message.state !== 0) {
    writeInt32(writer, 16, message.state);
  }
  if (message.agentUid !== "") {
    writeString(writer, 10, message.agentUid);
  }
}

function readConnectRequest(reader: WireReader, end: number): ConnectRequest {
  const message: ConnectRequest = {
    $typeName: "mesh.v1.ConnectRequest",
    frame: { case: undefined },
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // hello
        if (message.frame.case === "hello") throw notCovered;
        message.frame = { case: "hello", value: readHello(reader, readEnd(reader, end)) };
        break;
      case 18: // heartbeat
        if (message.frame.case === "heartbeat") throw notCovered;
        message.frame = { case: "heartbeat", value: readHeartbeatMessage(reader, readEnd(reader, end)) };
        break;
      case 26: // state_update
        if (message.frame.case === "stateUpdate") throw notCovered;
        message.frame = { case: "stateUpdate", value: readStateUpdateMessage(reader, readEnd(reader, end)) };
        break;
      case 34: // publish
        if (message.frame.case === "publish") throw notCovered;
        message.frame = { case: "publish", value: readPublish(reader, readEnd(reader, end)) };
        break;
      case 42: // reply
        if (message.frame.case === "reply") throw notCovered;
        message.frame = { case: "reply", value: readReply(reader, readEnd(reader, end)) };
        break;
      case 50: // goodbye
        if (message.frame.case === "goodbye") throw notCovered;
        message.frame = { case: "goodbye", value: readAgentGoodbye(reader, readEnd(reader, end)) };
        break;
      case 58: // settle
        if (message.frame.case === "settle") throw notCovered;
        message.frame = { case: "settle", value: readSettle(reader, readEnd(reader, end)) };
        break;
      case 66: // subscribe
        if (message.frame.case === "subscribe") throw notCovered;
        message.frame = { case: "subscribe", value: readSubscribe(reader, readEnd(reader, end)) };
        break;
      case 74: // unsubscribe
        if (message.frame.case === "unsubscribe") throw notCovered;
        message.frame = { case: "unsubscribe", value: readUnsubscribe(reader, readEnd(reader, end)) };
        break;
      case 82: // launched
        if (message.frame.case === "launched") throw notCovered;
        message.frame = { case: "launched", value: readLaunched(reader, readEnd(reader, end)) };
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeConnectRequest(writer: WireWriter, message: ConnectRequest): void {
  if (message.$typeName !== "mesh.v1.ConnectRequest" || message.$unknown !== undefined) throw notCovered;
  switch (message.frame.case) {
    case "launched": {
      const before = sizeOf(writer);
      writeLaunched(writer, message.frame.value);
      writeLengthAndTag(writer, before, 82);
      break;
    }
    case "unsubscribe": {
      const before = sizeOf(writer);
      writeUnsubscribe(writer, message.frame.value);
      writeLengthAndTag(writer, before, 74);
      break;
    }
    case "subscribe": {
      const before = sizeOf(writer);
      writeSubscribe(writer, message.frame.value);
      writeLengthAndTag(writer, before, 66);
      break;
    }
    case "settle": {
      const before = sizeOf(writer);
      writeSettle(writer, message.frame.value);
      writeLengthAndTag(writer, before, 58);
      break;
    }
    case "goodbye": {
      const before = sizeOf(writer);
      writeAgentGoodbye(writer, message.frame.value);
      writeLengthAndTag(writer, before, 50);
      break;
    }
    case "reply": {
      const before = sizeOf(writer);
      writeReply(writer, message.frame.value);
      writeLengthAndTag(writer, before, 42);
      break;
    }
    case "publish": {
      const before = sizeOf(writer);
      writePublish(writer, message.frame.value);
      writeLengthAndTag(writer, before, 34);
      break;
    }
    case "stateUpdate": {
      const before = sizeOf(writer);
      writeStateUpdateMessage(writer, message.frame.value);
      writeLengthAndTag(writer, before, 26);
      break;
    }
    case "heartbeat": {
      const before = sizeOf(writer);
      writeHeartbeatMessage(writer, message.frame.value);
      writeLengthAndTag(writer, before, 18);
      break;
    }
    case "hello": {
      const before = sizeOf(writer);
      writeHello(writer, message.frame.value);
      writeLengthAndTag(writer, before, 10);
      break;
    }
  }
}

function readLinkLimits(reader: WireReader, end: number): LinkLimits {
  const message: LinkLimits = {
    $typeName: "mesh.v1.LinkLimits",
    frameBytesMax: 0,
    framesPerSecondMax: 0,
    publishMessagesMax: 0,
    messagesPerSecondMax: 0,
    unconfirmedMessagesMax: 0,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // frame_bytes_max
        message.frameBytesMax = readInt32(reader);
        break;
      case 16: // frames_per_second_max
        message.framesPerSecondMax = readInt32(reader);
        break;
      case 24: // publish_messages_max
        message.publishMessagesMax = readInt32(reader);
        break;
      case 32: // messages_per_second_max
        message.messagesPerSecondMax = readInt32(reader);
        break;
      case 40: // unconfirmed_messages_max
        message.unconfirmedMessagesMax = readInt32(reader);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeLinkLimits(writer: WireWriter, message: LinkLimits): void {
  if (message.$typeName !== "mesh.v1.LinkLimits" || message.$unknown !== undefined) throw notCovered;
  if (message.unconfirmedMessagesMax !== 0) {
    writeInt32(writer, 40, message.unconfirmedMessagesMax);
  }
  if (message.messagesPerSecondMax !== 0) {
    writeInt32(writer, 32, message.messagesPerSecondMax);
  }
  if (message.publishMessagesMax !== 0) {
    writeInt32(writer, 24, message.publishMessagesMax);
  }
  if (message.framesPerSecondMax !== 0) {
    writeInt32(writer, 16, message.framesPerSecondMax);
  }
  if (message.frameBytesMax !== 0) {
    writeInt32(writer, 8, message.frameBytesMax);
  }
}

function readAgentSession(reader: WireReader, end: number): AgentSession {
  const message: AgentSession = {
    $typeName: "mesh.v1.AgentSession",
    sessionId: "",
    epoch: 0n,
    nodeId: "",
    peerAddress: "",
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // session_id
        message.sessionId = readString(reader, end);
        break;
      case 16: // epoch
        message.epoch = readInt64(reader);
        break;
      case 26: // node_id
        message.nodeId = readString(reader, end);
        break;
      case 34: // connect_time
        if (message.connectTime !== undefined) throw notCovered;
        message.connectTime = readTimestamp(reader, readEnd(reader, end));
        break;
      case 42: // peer_address
        message.peerAddress = readString(reader, end);
        break;
      case 50: // round_trip_duration
        if (message.roundTripDuration !== undefined) throw notCovered;
        message.roundTripDuration = readDuration(reader, readEnd(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeAgentSession(writer: WireWriter, message: AgentSession): void {
  if (message.$typeName !== "mesh.v1.AgentSession" || message.$unknown !== undefined) throw notCovered;
  if (message.roundTripDuration !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.roundTripDuration);
    writeLengthAndTag(writer, before, 50);
  }
  if (message.peerAddress !== "") {
    writeString(writer, 42, message.peerAddress);
  }
  if (message.connectTime !== undefined) {
    const before = sizeOf(writer);
    writeTimestamp(writer, message.connectTime);
    writeLengthAndTag(writer, before, 34);
  }
  if (message.nodeId !== "") {
    writeString(writer, 26, message.nodeId);
  }
  if (message.epoch !== 0n) {
    writeInt64(writer, 16, message.epoch);
  }
  if (message.sessionId !== "") {
    writeString(writer, 10, message.sessionId);
  }
}

function readAgentProcess(reader: WireReader, end: number): AgentProcess {
  const message: AgentProcess = {
    $typeName: "mesh.v1.AgentProcess",
    state: 0,
    processId: 0,
    exitCode: 0,
    signal: "",
    restarts: 0,
    reason: "",
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // state
        message.state = readInt32(reader) as ProcessState;
        break;
      case 16: // process_id
        message.processId = readInt32(reader);
        break;
      case 24: // exit_code
        message.exitCode = readInt32(reader);
        break;
      case 34: // signal
        message.signal = readString(reader, end);
        break;
      case 40: // restarts
        message.restarts = readInt32(reader);
        break;
      case 50: // reason
        message.reason = readString(reader, end);
        break;
      case 58: // time
        if (message.time !== undefined) throw notCovered;
        message.time = readTimestamp(reader, readEnd(reader, end));
        break;
      case 66: // next_start_time
        if (message.nextStartTime !== undefined) throw notCovered;
        message.nextStartTime = readTimestamp(reader, readEnd(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeAgentProcess(writer: WireWriter, message: AgentProcess): void {
  if (message.$typeName !== "mesh.v1.AgentProcess" || message.$unknown !== undefined) throw notCovered;
  if (message.nextStartTime !== undefined) {
    const before = sizeOf(writer);
    writeTimestamp(writer, message.nextStartTime);
    writeLengthAndTag(writer, before, 66);
  }
  if (message.time !== undefined) {
    const before = sizeOf(writer);
    writeTimestamp(writer, message.time);
    writeLengthAndTag(writer, before, 58);
  }
  if (message.reason !== "") {
    writeString(writer, 50, message.reason);
  }
  if (message.restarts !== 0) {
    writeInt32(writer, 40, message.restarts);
  }
  if (message.signal !== "") {
    writeString(writer, 34, message.signal);
  }
  if (message.exitCode !== 0) {
    writeInt32(writer, 24, message.exitCode);
  }
  if (message.processId !== 0) {
    writeInt32(writer, 16, message.processId);
  }
  if (message.state !== 0) {
    writeInt32(writer, 8, message.state);
  }
}

function readAgentStatus(reader: WireReader, end: number): AgentStatus {
  const message: AgentStatus = {
    $typeName: "mesh.v1.AgentStatus",
    liveness: 0,
    livenessCause: 0,
    livenessEvidence: "",
    state: 0,
    reason: "",
    health: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // liveness
        message.liveness = readInt32(reader) as AgentLiveness;
        break;
      case 16: // liveness_cause
        message.livenessCause = readInt32(reader) as LivenessCause;
        break;
      case 26: // liveness_evidence
        message.livenessEvidence = readString(reader, end);
        break;
      case 34: // liveness_time
        if (message.livenessTime !== undefined) throw notCovered;
        message.livenessTime = readTimestamp(reader, readEnd(reader, end));
        break;
      case 42: // last_seen_time
        if (message.lastSeenTime !== undefined) throw notCovered;
        message.lastSeenTime = readTimestamp(reader, readEnd(reader, end));
        break;
      case 48: // state
        message.state = readInt32(reader) as AgentState;
        break;
      case 58: // reason
        message.reason = readString(reader, end);
        break;
      case 66: // session
        if (message.session !== undefined) throw notCovered;
        message.session = readAgentSession(reader, readEnd(reader, end));
        break;
      case 74: // load
        if (message.load !== undefined) throw notCovered;
        message.load = readAgentLoad(reader, readEnd(reader, end));
        break;
      case 82: // health
        message.health.push(readHealthCheck(reader, readEnd(reader, end)));
        break;
      case 90: // process
        if (message.process !== undefined) throw notCovered;
        message.process = readAgentProcess(reader, readEnd(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeAgentStatus(writer: WireWriter, message: AgentStatus): void {
  if (message.$typeName !== "mesh.v1.AgentStatus" || message.$unknown !== undefined) throw notCovered;
  if (message.process !== undefined) {
    const before = sizeOf(writer);
    writeAgentProcess(writer, message.process);
    writeLengthAndTag(writer, before, 90);
  }
  for (let i = message.health.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writeHealthCheck(writer, message.health[i]!);
    writeLengthAndTag(writer, before, 82);
  }
  if (message.load !== undefined) {
    const before = sizeOf(writer);
    writeAgentLoad(writer, message.load);
    writeLengthAndTag(writer, before, 74);
  }
  if (message.session !== undefined) {
    const before = sizeOf(writer);
    writeAgentSession(writer, message.session);
    writeLengthAndTag(writer, before, 66);
  }
  if (message.reason !== "") {
    writeString(writer, 58, message.reason);
  }
  if (message.state !== 0) {
    writeInt32(writer, 48, message.state);
  }
  if (message.lastSeenTime !== undefined) {
    const before = sizeOf(writer);
    writeTimestamp(writer, message.lastSeenTime);
    writeLengthAndTag(writer, before, 42);
  }
  if (message.livenessTime !== undefined) {
    const before = sizeOf(writer);
    writeTimestamp(writer, message.livenessTime);
    writeLengthAndTag(writer, before, 34);
  }
  if (message.livenessEvidence !== "") {
    writeString(writer, 26, message.livenessEvidence);
  }
  if (message.livenessCause !== 0) {
    writeInt32(writer, 16, message.livenessCause);
  }
  if (message.liveness !== 0) {
    writeInt32(writer, 8, message.liveness);
  }
}

function readAgentLaunch(reader: WireReader, end: number): AgentLaunch {
  const message: AgentLaunch = {
    $typeName: "mesh.v1.AgentLaunch",
    launcherId: "",
    template: "",
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // launcher_id
        message.launcherId = readString(reader, end);
        break;
      case 18: // template
        message.template = readString(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeAgentLaunch(writer: WireWriter, message: AgentLaunch): void {
  if (message.$typeName !== "mesh.v1.AgentLaunch" || message.$unknown !== undefined) throw notCovered;
  if (message.template !== "") {
    writeString(writer, 18, message.template);
  }
  if (message.launcherId !== "") {
    writeString(writer, 10, message.launcherId);
  }
}

function readAgent(reader: WireReader, end: number): Agent {
  const message: Agent = {
    $typeName: "mesh.v1.Agent",
    meshId: "",
    agentId: "",
    uid: "",
    role: 0,
    displayName: "",
    labels: {},
    capabilities: [],
    desiredState: 0,
    etag: "",
    launchTemplates: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // mesh_id
        message.meshId = readString(reader, end);
        break;
      case 18: // agent_id
        message.agentId = readString(reader, end);
        break;
      case 26: // uid
        message.uid = readString(reader, end);
        break;
      case 32: // role
        message.role = readInt32(reader) as AgentRole;
        break;
      case 42: // display_name
        message.displayName = readString(reader, end);
        break;
      case 50: // labels
        readAgentLabelsEntry(reader, readEnd(reader, end), message.labels);
        break;
      case 58: // capabilities
        message.capabilities.push(readString(reader, end));
        break;
      case 66: // runtime
        if (message.runtime !== undefined) throw notCovered;
        message.runtime = readAgentRuntime(reader, readEnd(reader, end));
        break;
      case 88: // desired_state
        message.desiredState = readInt32(reader) as AgentDesiredState;
        break;
      case 98: // terminate_time
        if (message.terminateTime !== undefined) throw notCovered;
        message.terminateTime = readTimestamp(reader, readEnd(reader, end));
        break;
      case 106: // status
        if (message.status !== undefined) throw notCovered;
        message.status = readAgentStatus(reader, readEnd(reader, end));
        break;
      case 114: // create_time
        if (message.createTime !== undefined) throw notCovered;
        message.createTime = readTimestamp(reader, readEnd(reader, end));
        break;
      case 122: // update_time
        if (message.updateTime !== undefined) throw notCovered;
        message.updateTime = readTimestamp(reader, readEnd(reader, end));
        break;
      case 130: // etag
        message.etag = readString(reader, end);
        break;
      case 138: // launch
        if (message.launch !== undefined) throw notCovered;
        message.launch = readAgentLaunch(reader, readEnd(reader, end));
        break;
      case 146: // launch_templates
        message.launchTemplates.push(readString(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function readAgentLabelsEntry(reader: WireReader, end: number, entries: Record<string, string>): void {
  let key = "";
  let value: string = "";
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10:
        key = readString(reader, end);
        break;
      case 18:
        value = readString(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  setEntry(entries, key, value);
}

function writeAgent(writer: WireWriter, message: Agent): void {
  if (message.$typeName !== "mesh.v1.Agent" || message.$unknown !== undefined) throw notCovered;
  for (let i = message.launchTemplates.length - 1; i >= 0; i--) {
    writeString(writer, 146, message.launchTemplates[i]!);
  }
  if (message.launch !== undefined) {
    const before = sizeOf(writer);
    writeAgentLaunch(writer, message.launch);
    writeLengthAndTag(writer, before, 138);
  }
  if (message.etag !== "") {
    writeString(writer, 130, message.etag);
  }
  if (message.updateTime !== undefined) {
    const before = sizeOf(writer);
    writeTimestamp(writer, message.updateTime);
    writeLengthAndTag(writer, before, 122);
  }
  if (message.createTime !== undefined) {
    const before = sizeOf(writer);
    writeTimestamp(writer, message.createTime);
    writeLengthAndTag(writer, before, 114);
  }
  if (message.status !== undefined) {
    const before = sizeOf(writer);
    writeAgentStatus(writer, message.status);
    writeLengthAndTag(writer, before, 106);
  }
  if (message.terminateTime !== undefined) {
    const before = sizeOf(writer);
    writeTimestamp(writer, message.terminateTime);
    writeLengthAndTag(writer, before, 98);
  }
  if (message.desiredState !== 0) {
    writeInt32(writer, 88, message.desiredState);
  }
  if (message.effectiveConfiguration !== undefined) {
    throw notCovered;
  }
  if (message.desiredConfiguration !== undefined) {
    throw notCovered;
  }
  if (message.runtime !== undefined) {
    const before = sizeOf(writer);
    writeAgentRuntime(writer, message.runtime);
    writeLengthAndTag(writer, before, 66);
  }
  for (let i = message.capabilities.length - 1; i >= 0; i--) {
    writeString(writer, 58, message.capabilities[i]!);
  }
  const labelsKeys = Object.keys(message.labels);
  for (let i = labelsKeys.length - 1; i >= 0; i--) {
    const key = labelsKeys[i]!;
    const before = sizeOf(writer);
    writeString(writer, 18, message.labels[key]!);
    writeString(writer, 10, key);
    writeLengthAndTag(writer, before, 50);
  }
  if (message.displayName !== "") {
    writeString(writer, 42, message.displayName);
  }
  if (message.role !== 0) {
    writeInt32(writer, 32, message.role);
  }
  if (message.uid !== "") {
    writeString(writer, 26, message.uid);
  }
  if (message.agentId !== "") {
    writeString(writer, 18, message.agentId);
  }
  if (message.meshId !== "") {
    writeString(writer, 10, message.meshId);
  }
}

function readWelcome(reader: WireReader, end: number): Welcome {
  const message: Welcome = {
    $typeName: "mesh.v1.Welcome",
    sessionId: "",
    epoch: 0n,
    resumed: false,
    features: [],
    nodeId: "",
    producerSequence: 0n,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // session_id
        message.sessionId = readString(reader, end);
        break;
      case 16: // epoch
        message.epoch = readInt64(reader);
        break;
      case 24: // resumed
        message.resumed = readBool(reader);
        break;
      case 34: // features
        message.features.push(readString(reader, end));
        break;
      case 42: // heartbeat_interval
        if (message.heartbeatInterval !== undefined) throw notCovered;
        message.heartbeatInterval = readDuration(reader, readEnd(reader, end));
        break;
      case 50: // lost_after
        if (message.lostAfter !== undefined) throw notCovered;
        message.lostAfter = readDuration(reader, readEnd(reader, end));
        break;
      case 58: // limits
        if (message.limits !== undefined) throw notCovered;
        message.limits = readLinkLimits(reader, readEnd(reader, end));
        break;
      case 66: // server_time
        if (message.serverTime !== undefined) throw notCovered;
        message.serverTime = readTimestamp(reader, readEnd(reader, end));
        break;
      case 74: // node_id
        message.nodeId = readString(reader, end);
        break;
      case 82: // agent
        if (message.agent !== undefined) throw notCovered;
        message.agent = readAgent(reader, readEnd(reader, end));
        break;
      case 88: // producer_sequence
        message.producerSequence = readInt64(reader);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeWelcome(writer: WireWriter, message: Welcome): void {
  if (message.$typeName !== "mesh.v1.Welcome" || message.$unknown !== undefined) throw notCovered;
  if (message.producerSequence !== 0n) {
    writeInt64(writer, 88, message.producerSequence);
  }
  if (message.agent !== undefined) {
    const before = sizeOf(writer);
    writeAgent(writer, message.agent);
    writeLengthAndTag(writer, before, 82);
  }
  if (message.nodeId !== "") {
    writeString(writer, 74, message.nodeId);
  }
  if (message.serverTime !== undefined) {
    const before = sizeOf(writer);
    writeTimestamp(writer, message.serverTime);
    writeLengthAndTag(writer, before, 66);
  }
  if (message.limits !== undefined) {
    const before = sizeOf(writer);
    writeLinkLimits(writer, message.limits);
    writeLengthAndTag(writer, before, 58);
  }
  if (message.lostAfter !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.lostAfter);
    writeLengthAndTag(writer, before, 50);
  }
  if (message.heartbeatInterval !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.heartbeatInterval);
    writeLengthAndTag(writer, before, 42);
  }
  for (let i = message.features.length - 1; i >= 0; i--) {
    writeString(writer, 34, message.features[i]!);
  }
  if (message.resumed !== false) {
    writeBool(writer, 24, message.resumed);
  }
  if (message.epoch !== 0n) {
    writeInt64(writer, 16, message.epoch);
  }
  if (message.sessionId !== "") {
    writeString(writer, 10, message.sessionId);
  }
}

function readHeartbeatAck(reader: WireReader, end: number): HeartbeatAck {
  const message: HeartbeatAck = {
    $typeName: "mesh.v1.HeartbeatAck",
    sequence: 0n,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // sequence
        message.sequence = readInt64(reader);
        break;
      case 18: // agent_time
        if (message.agentTime !== undefined) throw notCovered;
        message.agentTime = readTimestamp(reader, readEnd(reader, end));
        break;
      case 26: // server_time
        if (message.serverTime !== undefined) throw notCovered;
        message.serverTime = readTimestamp(reader, readEnd(reader, end));
        break;
      case 34: // heartbeat_interval
        if (message.heartbeatInterval !== undefined) throw notCovered;
        message.heartbeatInterval = readDuration(reader, readEnd(reader, end));
        break;
      case 42: // lost_after
        if (message.lostAfter !== undefined) throw notCovered;
        message.lostAfter = readDuration(reader, readEnd(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeHeartbeatAck(writer: WireWriter, message: HeartbeatAck): void {
  if (message.$typeName !== "mesh.v1.HeartbeatAck" || message.$unknown !== undefined) throw notCovered;
  if (message.lostAfter !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.lostAfter);
    writeLengthAndTag(writer, before, 42);
  }
  if (message.heartbeatInterval !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.heartbeatInterval);
    writeLengthAndTag(writer, before, 34);
  }
  if (message.serverTime !== undefined) {
    const before = sizeOf(writer);
    writeTimestamp(writer, message.serverTime);
    writeLengthAndTag(writer, before, 26);
  }
  if (message.agentTime !== undefined) {
    const before = sizeOf(writer);
    writeTimestamp(writer, message.agentTime);
    writeLengthAndTag(writer, before, 18);
  }
  if (message.sequence !== 0n) {
    writeInt64(writer, 8, message.sequence);
  }
}

function readDeliver(reader: WireReader, end: number): Deliver {
  const message: Deliver = {
    $typeName: "mesh.v1.Deliver",
    messages: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // messages
        message.messages.push(readAgentMessage(reader, readEnd(reader, end)));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeDeliver(writer: WireWriter, message: Deliver): void {
  if (message.$typeName !== "mesh.v1.Deliver" || message.$unknown !== undefined) throw notCovered;
  for (let i = message.messages.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writeAgentMessage(writer, message.messages[i]!);
    writeLengthAndTag(writer, before, 10);
  }
}

function readCall(reader: WireReader, end: number): Call {
  const message: Call = {
    $typeName: "mesh.v1.Call",
    callId: "",
    capability: "",
    caller: "",
    contentType: "",
    payload: new Uint8Array(0),
    headers: {},
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // call_id
        message.callId = readString(reader, end);
        break;
      case 18: // capability
        message.capability = readString(reader, end);
        break;
      case 26: // caller
        message.caller = readString(reader, end);
        break;
      case 34: // content_type
        message.contentType = readString(reader, end);
        break;
      case 42: // payload
        message.payload = readBytes(reader, end);
        break;
      case 50: // headers
        readCallHeadersEntry(reader, readEnd(reader, end), message.headers);
        break;
      case 58: // timeout
        if (message.timeout !== undefined) throw notCovered;
        message.timeout = readDuration(reader, readEnd(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function readCallHeadersEntry(reader: WireReader, end: number, entries: Record<string, string>): void {
  let key = "";
  let value: string = "";
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10:
        key = readString(reader, end);
        break;
      case 18:
        value = readString(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  setEntry(entries, key, value);
}

function writeCall(writer: WireWriter, message: Call): void {
  if (message.$typeName !== "mesh.v1.Call" || message.$unknown !== undefined) throw notCovered;
  if (message.timeout !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.timeout);
    writeLengthAndTag(writer, before, 58);
  }
  const headersKeys = Object.keys(message.headers);
  for (let i = headersKeys.length - 1; i >= 0; i--) {
    const key = headersKeys[i]!;
    const before = sizeOf(writer);
    writeString(writer, 18, message.headers[key]!);
    writeString(writer, 10, key);
    writeLengthAndTag(writer, before, 50);
  }
  if (!(message.payload instanceof Uint8Array) || message.payload.length > 0) {
    writeBytes(writer, 42, message.payload);
  }
  if (message.contentType !== "") {
    writeString(writer, 34, message.contentType);
  }
  if (message.caller !== "") {
    writeString(writer, 26, message.caller);
  }
  if (message.capability !== "") {
    writeString(writer, 18, message.capability);
  }
  if (message.callId !== "") {
    writeString(writer, 10, message.callId);
  }
}

function readCancelCall(reader: WireReader, end: number): CancelCall {
  const message: CancelCall = {
    $typeName: "mesh.v1.CancelCall",
    callId: "",
    reason: 0,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // call_id
        message.callId = readString(reader, end);
        break;
      case 16: // reason
        message.reason = readInt32(reader) as ErrorReason;
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeCancelCall(writer: WireWriter, message: CancelCall): void {
  if (message.$typeName !== "mesh.v1.CancelCall" || message.$unknown !== undefined) throw notCovered;
  if (message.reason !== 0) {
    writeInt32(writer, 16, message.reason);
  }
  if (message.callId !== "") {
    writeString(writer, 10, message.callId);
  }
}

function readLaunchChild(reader: WireReader, end: number): LaunchChild {
  const message: LaunchChild = {
    $typeName: "mesh.v1.LaunchChild",
    agentId: "",
    agentUid: "",
    template: "",
    desiredState: 0,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // agent_id
        message.agentId = readString(reader, end);
        break;
      case 18: // agent_uid
        message.agentUid = readString(reader, end);
        break;
      case 26: // template
        message.template = readString(reader, end);
        break;
      case 32: // desired_state
        message.desiredState = readInt32(reader) as AgentDesiredState;
        break;
      case 42: // grace
        if (message.grace !== undefined) throw notCovered;
        message.grace = readDuration(reader, readEnd(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeLaunchChild(writer: WireWriter, message: LaunchChild): void {
  if (message.$typeName !== "mesh.v1.LaunchChild" || message.$unknown !== undefined) throw notCovered;
  if (message.grace !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.grace);
    writeLengthAndTag(writer, before, 42);
  }
  if (message.desiredState !== 0) {
    writeInt32(writer, 32, message.desiredState);
  }
  if (message.template !== "") {
    writeString(writer, 26, message.template);
  }
  if (message.agentUid !== "") {
    writeString(writer, 18, message.agentUid);
  }
  if (message.agentId !== "") {
    writeString(writer, 10, message.agentId);
  }
}

function readConfig(reader: WireReader, end: number): Config {
  const message: Config = {
    $typeName: "mesh.v1.Config",
    desiredState: 0,
    etag: "",
    children: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // desired_state
        message.desiredState = readInt32(reader) as AgentDesiredState;
        break;
      case 18: // grace
        if (message.grace !== undefined) throw notCovered;
        message.grace = readDuration(reader, readEnd(reader, end));
        break;
      case 34: // etag
        message.etag = readString(reader, end);
        break;
      case 42: // children
        message.children.push(readLaunchChild(reader, readEnd(reader, end)));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeConfig(writer: WireWriter, message: Config): void {
  if (message.$typeName !== "mesh.v1.Config" || message.$unknown !== undefined) throw notCovered;
  for (let i = message.children.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writeLaunchChild(writer, message.children[i]!);
    writeLengthAndTag(writer, before, 42);
  }
  if (message.etag !== "") {
    writeString(writer, 34, message.etag);
  }
  if (message.desiredConfiguration !== undefined) {
    throw notCovered;
  }
  if (message.grace !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.grace);
    writeLengthAndTag(writer, before, 18);
  }
  if (message.desiredState !== 0) {
    writeInt32(writer, 8, message.desiredState);
  }
}

function readNotice(reader: WireReader, end: number): Notice {
  const message: Notice = {
    $typeName: "mesh.v1.Notice",
    kind: 0,
    count: 0,
    message: "",
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // kind
        message.kind = readInt32(reader) as Notice_Kind;
        break;
      case 16: // count
        message.count = readInt32(reader);
        break;
      case 26: // message
        message.message = readString(reader, end);
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeNotice(writer: WireWriter, message: Notice): void {
  if (message.$typeName !== "mesh.v1.Notice" || message.$unknown !== undefined) throw notCovered;
  if (message.message !== "") {
    writeString(writer, 26, message.message);
  }
  if (message.count !== 0) {
    writeInt32(writer, 16, message.count);
  }
  if (message.kind !== 0) {
    writeInt32(writer, 8, message.kind);
  }
}

function readServerGoodbye(reader: WireReader, end: number): ServerGoodbye {
  const message: ServerGoodbye = {
    $typeName: "mesh.v1.ServerGoodbye",
    reason: 0,
    message: "",
    reconnect: false,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // reason
        message.reason = readInt32(reader) as ErrorReason;
        break;
      case 18: // message
        message.message = readString(reader, end);
        break;
      case 24: // reconnect
        message.reconnect = readBool(reader);
        break;
      case 34: // reconnect_after
        if (message.reconnectAfter !== undefined) throw notCovered;
        message.reconnectAfter = readDuration(reader, readEnd(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeServerGoodbye(writer: WireWriter, message: ServerGoodbye): void {
  if (message.$typeName !== "mesh.v1.ServerGoodbye" || message.$unknown !== undefined) throw notCovered;
  if (message.reconnectAfter !== undefined) {
    const before = sizeOf(writer);
    writeDuration(writer, message.reconnectAfter);
    writeLengthAndTag(writer, before, 34);
  }
  if (message.reconnect !== false) {
    writeBool(writer, 24, message.reconnect);
  }
  if (message.message !== "") {
    writeString(writer, 18, message.message);
  }
  if (message.reason !== 0) {
    writeInt32(writer, 8, message.reason);
  }
}

function readPublishOutcome(reader: WireReader, end: number): PublishOutcome {
  const message: PublishOutcome = {
    $typeName: "mesh.v1.PublishOutcome",
    sequence: 0n,
    messageId: "",
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 8: // sequence
        message.sequence = readInt64(reader);
        break;
      case 18: // message_id
        message.messageId = readString(reader, end);
        break;
      case 26: // status
        if (message.status !== undefined) throw notCovered;
        message.status = readStatus(reader, readEnd(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writePublishOutcome(writer: WireWriter, message: PublishOutcome): void {
  if (message.$typeName !== "mesh.v1.PublishOutcome" || message.$unknown !== undefined) throw notCovered;
  if (message.status !== undefined) {
    const before = sizeOf(writer);
    writeStatus(writer, message.status);
    writeLengthAndTag(writer, before, 26);
  }
  if (message.messageId !== "") {
    writeString(writer, 18, message.messageId);
  }
  if (message.sequence !== 0n) {
    writeInt64(writer, 8, message.sequence);
  }
}

function readPublished(reader: WireReader, end: number): Published {
  const message: Published = {
    $typeName: "mesh.v1.Published",
    outcomes: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // outcomes
        message.outcomes.push(readPublishOutcome(reader, readEnd(reader, end)));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writePublished(writer: WireWriter, message: Published): void {
  if (message.$typeName !== "mesh.v1.Published" || message.$unknown !== undefined) throw notCovered;
  for (let i = message.outcomes.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writePublishOutcome(writer, message.outcomes[i]!);
    writeLengthAndTag(writer, before, 10);
  }
}

function readSettleOutcome(reader: WireReader, end: number): SettleOutcome {
  const message: SettleOutcome = {
    $typeName: "mesh.v1.SettleOutcome",
    messageId: "",
    attempt: 0,
    kind: 0,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // message_id
        message.messageId = readString(reader, end);
        break;
      case 16: // attempt
        message.attempt = readInt32(reader);
        break;
      case 24: // kind
        message.kind = readInt32(reader) as Settlement_Kind;
        break;
      case 34: // status
        if (message.status !== undefined) throw notCovered;
        message.status = readStatus(reader, readEnd(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeSettleOutcome(writer: WireWriter, message: SettleOutcome): void {
  if (message.$typeName !== "mesh.v1.SettleOutcome" || message.$unknown !== undefined) throw notCovered;
  if (message.status !== undefined) {
    const before = sizeOf(writer);
    writeStatus(writer, message.status);
    writeLengthAndTag(writer, before, 34);
  }
  if (message.kind !== 0) {
    writeInt32(writer, 24, message.kind);
  }
  if (message.attempt !== 0) {
    writeInt32(writer, 16, message.attempt);
  }
  if (message.messageId !== "") {
    writeString(writer, 10, message.messageId);
  }
}

function readSettled(reader: WireReader, end: number): Settled {
  const message: Settled = {
    $typeName: "mesh.v1.Settled",
    outcomes: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // outcomes
        message.outcomes.push(readSettleOutcome(reader, readEnd(reader, end)));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeSettled(writer: WireWriter, message: Settled): void {
  if (message.$typeName !== "mesh.v1.Settled" || message.$unknown !== undefined) throw notCovered;
  for (let i = message.outcomes.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writeSettleOutcome(writer, message.outcomes[i]!);
    writeLengthAndTag(writer, before, 10);
  }
}

function readSubscribeOutcome(reader: WireReader, end: number): SubscribeOutcome {
  const message: SubscribeOutcome = {
    $typeName: "mesh.v1.SubscribeOutcome",
    subscribed: false,
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // subscription
        if (message.subscription !== undefined) throw notCovered;
        message.subscription = readSubscription(reader, readEnd(reader, end));
        break;
      case 16: // subscribed
        message.subscribed = readBool(reader);
        break;
      case 26: // status
        if (message.status !== undefined) throw notCovered;
        message.status = readStatus(reader, readEnd(reader, end));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeSubscribeOutcome(writer: WireWriter, message: SubscribeOutcome): void {
  if (message.$typeName !== "mesh.v1.SubscribeOutcome" || message.$unknown !== undefined) throw notCovered;
  if (message.status !== undefined) {
    const before = sizeOf(writer);
    writeStatus(writer, message.status);
    writeLengthAndTag(writer, before, 26);
  }
  if (message.subscribed !== false) {
    writeBool(writer, 16, message.subscribed);
  }
  if (message.subscription !== undefined) {
    const before = sizeOf(writer);
    writeSubscription(writer, message.subscription);
    writeLengthAndTag(writer, before, 10);
  }
}

function readSubscribed(reader: WireReader, end: number): Subscribed {
  const message: Subscribed = {
    $typeName: "mesh.v1.Subscribed",
    outcomes: [],
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // outcomes
        message.outcomes.push(readSubscribeOutcome(reader, readEnd(reader, end)));
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeSubscribed(writer: WireWriter, message: Subscribed): void {
  if (message.$typeName !== "mesh.v1.Subscribed" || message.$unknown !== undefined) throw notCovered;
  for (let i = message.outcomes.length - 1; i >= 0; i--) {
    const before = sizeOf(writer);
    writeSubscribeOutcome(writer, message.outcomes[i]!);
    writeLengthAndTag(writer, before, 10);
  }
}

function readConnectResponse(reader: WireReader, end: number): ConnectResponse {
  const message: ConnectResponse = {
    $typeName: "mesh.v1.ConnectResponse",
    frame: { case: undefined },
  };
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10: // welcome
        if (message.frame.case === "welcome") throw notCovered;
        message.frame = { case: "welcome", value: readWelcome(reader, readEnd(reader, end)) };
        break;
      case 18: // heartbeat_ack
        if (message.frame.case === "heartbeatAck") throw notCovered;
        message.frame = { case: "heartbeatAck", value: readHeartbeatAck(reader, readEnd(reader, end)) };
        break;
      case 26: // deliver
        if (message.frame.case === "deliver") throw notCovered;
        message.frame = { case: "deliver", value: readDeliver(reader, readEnd(reader, end)) };
        break;
      case 34: // call
        if (message.frame.case === "call") throw notCovered;
        message.frame = { case: "call", value: readCall(reader, readEnd(reader, end)) };
        break;
      case 42: // cancel_call
        if (message.frame.case === "cancelCall") throw notCovered;
        message.frame = { case: "cancelCall", value: readCancelCall(reader, readEnd(reader, end)) };
        break;
      case 50: // config
        if (message.frame.case === "config") throw notCovered;
        message.frame = { case: "config", value: readConfig(reader, readEnd(reader, end)) };
        break;
      case 58: // notice
        if (message.frame.case === "notice") throw notCovered;
        message.frame = { case: "notice", value: readNotice(reader, readEnd(reader, end)) };
        break;
      case 66: // goodbye
        if (message.frame.case === "goodbye") throw notCovered;
        message.frame = { case: "goodbye", value: readServerGoodbye(reader, readEnd(reader, end)) };
        break;
      case 74: // published
        if (message.frame.case === "published") throw notCovered;
        message.frame = { case: "published", value: readPublished(reader, readEnd(reader, end)) };
        break;
      case 82: // settled
        if (message.frame.case === "settled") throw notCovered;
        message.frame = { case: "settled", value: readSettled(reader, readEnd(reader, end)) };
        break;
      case 90: // subscribed
        if (message.frame.case === "subscribed") throw notCovered;
        message.frame = { case: "subscribed", value: readSubscribed(reader, readEnd(reader, end)) };
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}

function writeConnectResponse(writer: WireWriter, message: ConnectResponse): void {
  if (message.$typeName !== "mesh.v1.ConnectResponse" || message.$unknown !== undefined) throw notCovered;
  switch (message.frame.case) {
    case "subscribed": {
      const before = sizeOf(writer);
      writeSubscribed(writer, message.frame.value);
      writeLengthAndTag(writer, before, 90);
      break;
    }
    case "settled": {
      const before = sizeOf(writer);
      writeSettled(writer, message.frame.value);
      writeLengthAndTag(writer, before, 82);
      break;
    }
    case "published": {
      const before = sizeOf(writer);
      writePublished(writer, message.frame.value);
      writeLengthAndTag(writer, before, 74);
      break;
    }
    case "goodbye": {
      const before = sizeOf(writer);
      writeServerGoodbye(writer, message.frame.value);
      writeLengthAndTag(writer, before, 66);
      break;
    }
    case "notice": {
      const before = sizeOf(writer);
      writeNotice(writer, message.frame.value);
      writeLengthAndTag(writer, before, 58);
      break;
    }
    case "config": {
      const before = sizeOf(writer);
      writeConfig(writer, message.frame.value);
      writeLengthAndTag(writer, before, 50);
      break;
    }
    case "cancelCall": {
      const before = sizeOf(writer);
      writeCancelCall(writer, message.frame.value);
      writeLengthAndTag(writer, before, 42);
      break;
    }
    case "call": {
      const before = sizeOf(writer);
      writeCall(writer, message.frame.value);
      writeLengthAndTag(writer, before, 34);
      break;
    }
    case "deliver": {
      const before = sizeOf(writer);
      writeDeliver(writer, message.frame.value);
      writeLengthAndTag(writer, before, 26);
      break;
    }
    case "heartbeatAck": {
      const before = sizeOf(writer);
      writeHeartbeatAck(writer, message.frame.value);
      writeLengthAndTag(writer, before, 18);
      break;
    }
    case "welcome": {
      const before = sizeOf(writer);
      writeWelcome(writer, message.frame.value);
      writeLengthAndTag(writer, before, 10);
      break;
    }
  }
}

/**
 * The same bytes as the library's, which encodes what this does not cover, and throws for what cannot be
 * encoded. Up to 1 KiB they share memory with other messages: do not transfer their buffer.
 */
export function encodeConnectRequest(message: ConnectRequest): Uint8Array {
  try {
    startMessage(writer);
    writeConnectRequest(writer, message);
    return finishMessage(writer);
  } catch {
    return toBinary(ConnectRequestSchema, message);
  }
}

/**
 * The same message as the library's, which decodes what this does not cover, and throws for what cannot
 * be decoded. Nothing in it is a view of the input.
 */
export function decodeConnectRequest(bytes: Uint8Array): ConnectRequest {
  try {
    return readConnectRequest({ bytes, position: 0 }, bytes.length);
  } catch {
    return fromBinary(ConnectRequestSchema, new Uint8Array(bytes));
  }
}

/**
 * The same bytes as the library's, which encodes what this does not cover, and throws for what cannot be
 * encoded. Up to 1 KiB they share memory with other messages: do not transfer their buffer.
 */
export function encodeConnectResponse(message: ConnectResponse): Uint8Array {
  try {
    startMessage(writer);
    writeConnectResponse(writer, message);
    return finishMessage(writer);
  } catch {
    return toBinary(ConnectResponseSchema, message);
  }
}

/**
 * The same message as the library's, which decodes what this does not cover, and throws for what cannot
 * be decoded. Nothing in it is a view of the input.
 */
export function decodeConnectResponse(bytes: Uint8Array): ConnectResponse {
  try {
    return readConnectResponse({ bytes, position: 0 }, bytes.length);
  } catch {
    return fromBinary(ConnectResponseSchema, new Uint8Array(bytes));
  }
}
