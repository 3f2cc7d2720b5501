// Generated from proto/ by codegen/plugin.ts. Do not edit: run `npm run generate`.
import type { AgentLoad, AgentRuntime, AgentSelector, HealthCheck } from "@meshwork/gen/mesh/v1/agent";
import type { ConnectRequest } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { AgentGoodbye, AgentSpec, HeartbeatMessage, HeldDelivery, Hello, Launched, LinkWindow, Producer, Publish, Reply, Settle, Settlement, StateUpdateMessage, Subscribe, Subscription, Unsubscribe } from "@meshwork/gen/mesh/v1/link";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import {
  compareDuration,
  entryPath,
  hasDuplicates,
  isLonger,
  isShorter,
  within,
  type Violation,
} from "./violation.ts";

export type { Violation };

const numbers1 = new Set<number>([2, 3, 4, 6]);
const numbers2 = new Set<number>([1, 2, 3, 4, 5]);
const pattern3 = new RegExp("^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$", "u");
const pattern4 = new RegExp("^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$", "u");
const pattern5 = new RegExp("^[a-zA-Z0-9-]{1,36}$", "u");
const pattern6 = new RegExp("^([*]|[a-zA-Z0-9_-]{1,63})([.]([*]|[a-zA-Z0-9_-]{1,63})){0,14}([.]>)?$|^>$", "u");
const pattern7 = new RegExp("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", "u");
const numbers8 = new Set<number>([0, 1, 2, 3]);
const pattern9 = new RegExp("^[a-zA-Z0-9_-]{1,63}([.][a-zA-Z0-9_-]{1,63}){0,15}$", "u");
const pattern10 = new RegExp("^[\\x21-\\x7e]{1,255}$", "u");
const pattern11 = new RegExp("^([a-zA-Z0-9!#$&^_.+-]{1,63}/[a-zA-Z0-9!#$&^_.+-]{1,63})?$", "u");
const pattern12 = new RegExp("^[a-zA-Z0-9._-]{1,63}$", "u");
const numbers13 = new Set<number>([0, 1, 2]);
const numbers14 = new Set<number>([1, 2, 3, 4]);

/** The first field that breaks a rule of the contract; undefined where all hold. */
export function connectRequestViolation(message: ConnectRequest): Violation | undefined {
  switch (message.frame.case) {
    case "hello": {
      const inner = helloViolation(message.frame.value);
      if (inner !== undefined) return within("hello", inner);
      break;
    }
    case "heartbeat": {
      const inner = heartbeatMessageViolation(message.frame.value);
      if (inner !== undefined) return within("heartbeat", inner);
      break;
    }
    case "stateUpdate": {
      const inner = stateUpdateMessageViolation(message.frame.value);
      if (inner !== undefined) return within("state_update", inner);
      break;
    }
    case "publish": {
      const inner = publishViolation(message.frame.value);
      if (inner !== undefined) return within("publish", inner);
      break;
    }
    case "reply": {
      const inner = replyViolation(message.frame.value);
      if (inner !== undefined) return within("reply", inner);
      break;
    }
    case "goodbye": {
      const inner = agentGoodbyeViolation(message.frame.value);
      if (inner !== undefined) return within("goodbye", inner);
      break;
    }
    case "settle": {
      const inner = settleViolation(message.frame.value);
      if (inner !== undefined) return within("settle", inner);
      break;
    }
    case "subscribe": {
      const inner = subscribeViolation(message.frame.value);
      if (inner !== undefined) return within("subscribe", inner);
      break;
    }
    case "unsubscribe": {
      const inner = unsubscribeViolation(message.frame.value);
      if (inner !== undefined) return within("unsubscribe", inner);
      break;
    }
    case "launched": {
      const inner = launchedViolation(message.frame.value);
      if (inner !== undefined) return within("launched", inner);
      break;
    }
  }
  if (message.frame.case === undefined) return { field: "frame", description: "exactly one field is required in oneof" };
  return undefined;
}

function helloViolation(message: Hello): Violation | undefined {
  if (!(message.protocolVersion >= 1)) return { field: "protocol_version", description: "must be greater than or equal to 1" };
  if (message.features.length > 32) return { field: "features", description: "must contain no more than 32 item(s)" };
  for (let i = 0; i < message.features.length; i++) {
    if (isShorter(message.features[i]!, 1)) return { field: `features[${i}]`, description: "must be at least 1 characters" };
    if (isLonger(message.features[i]!, 63)) return { field: `features[${i}]`, description: "must be at most 63 characters" };
  }
  if (!(message.spec !== undefined)) return { field: "spec", description: "value is required" };
  if (message.spec !== undefined) {
    const inner = agentSpecViolation(message.spec);
    if (inner !== undefined) return within("spec", inner);
  }
  if (isLonger(message.resumeSessionId, 36)) return { field: "resume_session_id", description: "must be at most 36 characters" };
  if (message.window !== undefined) {
    const inner = linkWindowViolation(message.window);
    if (inner !== undefined) return within("window", inner);
  }
  if (message.producer !== undefined) {
    const inner = producerViolation(message.producer);
    if (inner !== undefined) return within("producer", inner);
  }
  if (message.subscriptions.length > 256) return { field: "subscriptions", description: "must contain no more than 256 item(s)" };
  for (let i = 0; i < message.subscriptions.length; i++) {
    const inner = subscriptionViolation(message.subscriptions[i]!);
    if (inner !== undefined) return within(`subscriptions[${i}]`, inner);
  }
  if (message.held.length > 1024) return { field: "held", description: "must contain no more than 1024 item(s)" };
  for (let i = 0; i < message.held.length; i++) {
    const inner = heldDeliveryViolation(message.held[i]!);
    if (inner !== undefined) return within(`held[${i}]`, inner);
  }
  return undefined;
}

function heartbeatMessageViolation(message: HeartbeatMessage): Violation | undefined {
  if (!(message.sequence >= 0n)) return { field: "sequence", description: "must be greater than or equal to 0" };
  if (message.load !== undefined) {
    const inner = agentLoadViolation(message.load);
    if (inner !== undefined) return within("load", inner);
  }
  if (message.health.length > 32) return { field: "health", description: "must contain no more than 32 item(s)" };
  for (let i = 0; i < message.health.length; i++) {
    const inner = healthCheckViolation(message.health[i]!);
    if (inner !== undefined) return within(`health[${i}]`, inner);
  }
  if (message.roundTripDuration !== undefined) {
    if (!(compareDuration(message.roundTripDuration, 0n, 0) >= 0) || !(compareDuration(message.roundTripDuration, 3600n, 0) <= 0)) return { field: "round_trip_duration", description: "must be greater than or equal to 0s and less than or equal to 3600s" };
  }
  return undefined;
}

function stateUpdateMessageViolation(message: StateUpdateMessage): Violation | undefined {
  if (!numbers1.has(message.state)) return { field: "state", description: "must be in list [2, 3, 4, 6]" };
  if (isLonger(message.reason, 256)) return { field: "reason", description: "must be at most 256 characters" };
  return undefined;
}

function publishViolation(message: Publish): Violation | undefined {
  if (message.messages.length < 1) return { field: "messages", description: "must contain at least 1 item(s)" };
  if (message.messages.length > 256) return { field: "messages", description: "must contain no more than 256 item(s)" };
  for (let i = 0; i < message.messages.length; i++) {
    const inner = agentMessageViolation(message.messages[i]!);
    if (inner !== undefined) return within(`messages[${i}]`, inner);
  }
  if (!(message.firstSequence >= 0n)) return { field: "first_sequence", description: "must be greater than or equal to 0" };
  if (!(message.knownThrough >= 0n)) return { field: "known_through", description: "must be greater than or equal to 0" };
  return undefined;
}

function replyViolation(message: Reply): Violation | undefined {
  if (isShorter(message.callId, 1)) return { field: "call_id", description: "must be at least 1 characters" };
  if (isLonger(message.callId, 36)) return { field: "call_id", description: "must be at most 36 characters" };
  if (isLonger(message.contentType, 127)) return { field: "content_type", description: "must be at most 127 characters" };
  if (message.payload.length > 1048576) return { field: "payload", description: "must be at most 1048576 bytes" };
  return undefined;
}

function agentGoodbyeViolation(message: AgentGoodbye): Violation | undefined {
  if (isLonger(message.reason, 256)) return { field: "reason", description: "must be at most 256 characters" };
  return undefined;
}

function settleViolation(message: Settle): Violation | undefined {
  if (message.settlements.length < 1) return { field: "settlements", description: "must contain at least 1 item(s)" };
  if (message.settlements.length > 1024) return { field: "settlements", description: "must contain no more than 1024 item(s)" };
  for (let i = 0; i < message.settlements.length; i++) {
    const inner = settlementViolation(message.settlements[i]!);
    if (inner !== undefined) return within(`settlements[${i}]`, inner);
  }
  return undefined;
}

function subscribeViolation(message: Subscribe): Violation | undefined {
  if (message.subscriptions.length < 1) return { field: "subscriptions", description: "must contain at least 1 item(s)" };
  if (message.subscriptions.length > 256) return { field: "subscriptions", description: "must contain no more than 256 item(s)" };
  for (let i = 0; i < message.subscriptions.length; i++) {
    const inner = subscriptionViolation(message.subscriptions[i]!);
    if (inner !== undefined) return within(`subscriptions[${i}]`, inner);
  }
  return undefined;
}

function unsubscribeViolation(message: Unsubscribe): Violation | undefined {
  if (message.subscriptions.length < 1) return { field: "subscriptions", description: "must contain at least 1 item(s)" };
  if (message.subscriptions.length > 256) return { field: "subscriptions", description: "must contain no more than 256 item(s)" };
  for (let i = 0; i < message.subscriptions.length; i++) {
    const inner = subscriptionViolation(message.subscriptions[i]!);
    if (inner !== undefined) return within(`subscriptions[${i}]`, inner);
  }
  return undefined;
}

function launchedViolation(message: Launched): Violation | undefined {
  if (isShorter(message.agentUid, 1)) return { field: "agent_uid", description: "must be at least 1 characters" };
  if (isLonger(message.agentUid, 36)) return { field: "agent_uid", description: "must be at most 36 characters" };
  if (!numbers2.has(message.state)) return { field: "state", description: "must be in list [1, 2, 3, 4, 5]" };
  if (!(message.processId >= 0)) return { field: "process_id", description: "must be greater than or equal to 0" };
  if (!(message.exitCode >= -1) || !(message.exitCode <= 255)) return { field: "exit_code", description: "must be greater than or equal to -1 and less than or equal to 255" };
  if (isLonger(message.signal, 16)) return { field: "signal", description: "must be at most 16 characters" };
  if (!(message.restarts >= 0)) return { field: "restarts", description: "must be greater than or equal to 0" };
  if (isLonger(message.reason, 256)) return { field: "reason", description: "must be at most 256 characters" };
  if (message.nextStart !== undefined) {
    if (!(compareDuration(message.nextStart, 0n, 0) >= 0) || !(compareDuration(message.nextStart, 3600n, 0) <= 0)) return { field: "next_start", description: "must be greater than or equal to 0s and less than or equal to 3600s" };
  }
  return undefined;
}

function agentSpecViolation(message: AgentSpec): Violation | undefined {
  if (Object.keys(message.labels).length > 64) return { field: "labels", description: "map must be at most 64 entries" };
  for (const key of Object.keys(message.labels)) {
    if (!pattern3.test(key)) return { field: entryPath("labels", key), description: "does not match regex pattern `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`" };
    if (isLonger(message.labels[key]!, 255)) return { field: entryPath("labels", key), description: "must be at most 255 characters" };
  }
  if (message.capabilities.length > 128) return { field: "capabilities", description: "must contain no more than 128 item(s)" };
  if (hasDuplicates(message.capabilities)) return { field: "capabilities", description: "repeated value must contain unique items" };
  for (let i = 0; i < message.capabilities.length; i++) {
    if (!pattern4.test(message.capabilities[i]!)) return { field: `capabilities[${i}]`, description: "does not match regex pattern `^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$`" };
  }
  if (message.runtime !== undefined) {
    const inner = agentRuntimeViolation(message.runtime);
    if (inner !== undefined) return within("runtime", inner);
  }
  if (message.launchTemplates.length > 64) return { field: "launch_templates", description: "must contain no more than 64 item(s)" };
  if (hasDuplicates(message.launchTemplates)) return { field: "launch_templates", description: "repeated value must contain unique items" };
  for (let i = 0; i < message.launchTemplates.length; i++) {
    if (!pattern4.test(message.launchTemplates[i]!)) return { field: `launch_templates[${i}]`, description: "does not match regex pattern `^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$`" };
  }
  return undefined;
}

function linkWindowViolation(message: LinkWindow): Violation | undefined {
  if (!(message.callsMax >= 0) || !(message.callsMax <= 1024)) return { field: "calls_max", description: "must be greater than or equal to 0 and less than or equal to 1024" };
  if (!(message.deliveriesMax >= 0) || !(message.deliveriesMax <= 1024)) return { field: "deliveries_max", description: "must be greater than or equal to 0 and less than or equal to 1024" };
  if (!(message.deliveryBytesMax >= 0) || !(message.deliveryBytesMax <= 67108864)) return { field: "delivery_bytes_max", description: "must be greater than or equal to 0 and less than or equal to 67108864" };
  return undefined;
}

function producerViolation(message: Producer): Violation | undefined {
  if (!pattern5.test(message.producerId)) return { field: "producer_id", description: "does not match regex pattern `^[a-zA-Z0-9-]{1,36}$`" };
  if (!(message.knownThrough >= 0n)) return { field: "known_through", description: "must be greater than or equal to 0" };
  return undefined;
}

function subscriptionViolation(message: Subscription): Violation | undefined {
  switch (message.source.case) {
    case "topic": {
      if (!pattern6.test(message.source.value)) return { field: "topic", description: "does not match regex pattern `^([*]|[a-zA-Z0-9_-]{1,63})([.]([*]|[a-zA-Z0-9_-]{1,63})){0,14}([.]>)?$|^>$`" };
      break;
    }
    case "group": {
      if (!pattern7.test(message.source.value)) return { field: "group", description: "does not match regex pattern `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`" };
      break;
    }
  }
  if (message.source.case === undefined) return { field: "source", description: "exactly one field is required in oneof" };
  return undefined;
}

function heldDeliveryViolation(message: HeldDelivery): Violation | undefined {
  if (isLonger(message.messageId, 36)) return { field: "message_id", description: "must be at most 36 characters" };
  if (!(message.attempt >= 0)) return { field: "attempt", description: "must be greater than or equal to 0" };
  return undefined;
}

function agentLoadViolation(message: AgentLoad): Violation | undefined {
  if (!(message.cpuCores >= 0)) return { field: "cpu_cores", description: "must be greater than or equal to 0" };
  if (!Number.isFinite(message.cpuCores)) return { field: "cpu_cores", description: "must be finite" };
  if (!(message.memoryBytes >= 0n)) return { field: "memory_bytes", description: "must be greater than or equal to 0" };
  if (message.loopDelayDuration !== undefined) {
    if (!(compareDuration(message.loopDelayDuration, 0n, 0) >= 0) || !(compareDuration(message.loopDelayDuration, 3600n, 0) <= 0)) return { field: "loop_delay_duration", description: "must be greater than or equal to 0s and less than or equal to 3600s" };
  }
  if (!(message.callsInFlight >= 0)) return { field: "calls_in_flight", description: "must be greater than or equal to 0" };
  return undefined;
}

function healthCheckViolation(message: HealthCheck): Violation | undefined {
  if (isShorter(message.name, 1)) return { field: "name", description: "must be at least 1 characters" };
  if (isLonger(message.name, 63)) return { field: "name", description: "must be at most 63 characters" };
  if (!numbers8.has(message.result)) return { field: "result", description: "value must be one of the defined enum values" };
  if (isLonger(message.message, 256)) return { field: "message", description: "must be at most 256 characters" };
  return undefined;
}

function agentMessageViolation(message: AgentMessage): Violation | undefined {
  if (isLonger(message.messageId, 36)) return { field: "message_id", description: "must be at most 36 characters" };
  if (isLonger(message.sender, 128)) return { field: "sender", description: "must be at most 128 characters" };
  switch (message.target.case) {
    case "agentId": {
      if (!pattern7.test(message.target.value)) return { field: "agent_id", description: "does not match regex pattern `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`" };
      break;
    }
    case "group": {
      if (!pattern7.test(message.target.value)) return { field: "group", description: "does not match regex pattern `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`" };
      break;
    }
    case "topic": {
      if (!pattern9.test(message.target.value)) return { field: "topic", description: "does not match regex pattern `^[a-zA-Z0-9_-]{1,63}([.][a-zA-Z0-9_-]{1,63}){0,15}$`" };
      break;
    }
    case "selector": {
      const inner = agentSelectorViolation(message.target.value);
      if (inner !== undefined) return within("selector", inner);
      break;
    }
    case "broadcast": {
      if (message.target.value !== true) return { field: "broadcast", description: "must equal true" };
      break;
    }
  }
  if (!pattern10.test(message.subject)) return { field: "subject", description: "does not match regex pattern `^[\\x21-\\x7e]{1,255}$`" };
  if (!pattern11.test(message.contentType)) return { field: "content_type", description: "does not match regex pattern `^([a-zA-Z0-9!#$&^_.+-]{1,63}/[a-zA-Z0-9!#$&^_.+-]{1,63})?$`" };
  if (message.payload.length > 1048576) return { field: "payload", description: "must be at most 1048576 bytes" };
  if (Object.keys(message.headers).length > 32) return { field: "headers", description: "map must be at most 32 entries" };
  for (const key of Object.keys(message.headers)) {
    if (!pattern12.test(key)) return { field: entryPath("headers", key), description: "does not match regex pattern `^[a-zA-Z0-9._-]{1,63}$`" };
    if (isLonger(message.headers[key]!, 1024)) return { field: entryPath("headers", key), description: "must be at most 1024 characters" };
  }
  if (!numbers13.has(message.guarantee)) return { field: "guarantee", description: "value must be one of the defined enum values" };
  if (isLonger(message.correlationId, 128)) return { field: "correlation_id", description: "must be at most 128 characters" };
  if (!(message.attempt >= 0) || !(message.attempt <= 1000000)) return { field: "attempt", description: "must be greater than or equal to 0 and less than or equal to 1000000" };
  if (message.ttl !== undefined) {
    if (!(compareDuration(message.ttl, 1n, 0) >= 0) || !(compareDuration(message.ttl, 2592000n, 0) <= 0)) return { field: "ttl", description: "must be greater than or equal to 1s and less than or equal to 2592000s" };
  }
  if (message.delay !== undefined) {
    if (!(compareDuration(message.delay, 0n, 0) >= 0) || !(compareDuration(message.delay, 2592000n, 0) <= 0)) return { field: "delay", description: "must be greater than or equal to 0s and less than or equal to 2592000s" };
  }
  if (message.target.case === undefined) return { field: "target", description: "exactly one field is required in oneof" };
  return undefined;
}

function settlementViolation(message: Settlement): Violation | undefined {
  if (isShorter(message.messageId, 1)) return { field: "message_id", description: "must be at least 1 characters" };
  if (isLonger(message.messageId, 36)) return { field: "message_id", description: "must be at most 36 characters" };
  if (!(message.attempt >= 1)) return { field: "attempt", description: "must be greater than or equal to 1" };
  if (!numbers14.has(message.kind)) return { field: "kind", description: "must be in list [1, 2, 3, 4]" };
  if (message.duration !== undefined) {
    if (!(compareDuration(message.duration, 0n, 0) >= 0) || !(compareDuration(message.duration, 3600n, 0) <= 0)) return { field: "duration", description: "must be greater than or equal to 0s and less than or equal to 3600s" };
  }
  if (isLonger(message.reason, 256)) return { field: "reason", description: "must be at most 256 characters" };
  return undefined;
}

function agentRuntimeViolation(message: AgentRuntime): Violation | undefined {
  if (isLonger(message.name, 63)) return { field: "name", description: "must be at most 63 characters" };
  if (isLonger(message.version, 63)) return { field: "version", description: "must be at most 63 characters" };
  if (isLonger(message.platform, 63)) return { field: "platform", description: "must be at most 63 characters" };
  if (isLonger(message.hostName, 253)) return { field: "host_name", description: "must be at most 253 characters" };
  if (!(message.processId >= 0)) return { field: "process_id", description: "must be greater than or equal to 0" };
  if (isLonger(message.sdk, 63)) return { field: "sdk", description: "must be at most 63 characters" };
  return undefined;
}

function agentSelectorViolation(message: AgentSelector): Violation | undefined {
  if (message.agentIds.length > 1000) return { field: "agent_ids", description: "must contain no more than 1000 item(s)" };
  for (let i = 0; i < message.agentIds.length; i++) {
    if (!pattern7.test(message.agentIds[i]!)) return { field: `agent_ids[${i}]`, description: "does not match regex pattern `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`" };
  }
  if (message.roles.length > 16) return { field: "roles", description: "must contain no more than 16 item(s)" };
  for (let i = 0; i < message.roles.length; i++) {
    if (!numbers13.has(message.roles[i]!)) return { field: `roles[${i}]`, description: "value must be one of the defined enum values" };
  }
  if (message.capabilities.length > 16) return { field: "capabilities", description: "must contain no more than 16 item(s)" };
  for (let i = 0; i < message.capabilities.length; i++) {
    if (!pattern4.test(message.capabilities[i]!)) return { field: `capabilities[${i}]`, description: "does not match regex pattern `^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$`" };
  }
  if (Object.keys(message.matchLabels).length > 16) return { field: "match_labels", description: "map must be at most 16 entries" };
  for (const key of Object.keys(message.matchLabels)) {
    if (!pattern3.test(key)) return { field: entryPath("match_labels", key), description: "does not match regex pattern `^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$`" };
    if (isLonger(message.matchLabels[key]!, 255)) return { field: entryPath("match_labels", key), description: "must be at most 255 characters" };
  }
  if (isLonger(message.expression, 1024)) return { field: "expression", description: "must be at most 1024 characters" };
  return undefined;
}
