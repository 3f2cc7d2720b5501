// One connection to a server by gRPC, shared by all calls and the link of its owner.
import { Client, credentials, type ChannelOptions, type ServiceError } from "@grpc/grpc-js";
import { isNeverConnected } from "./grpc-error.ts";
import {
  CONNECT_TIMEOUT_MS,
  KEEPALIVE_TIME_MS,
  KEEPALIVE_TIMEOUT_MS,
  MESSAGE_RECEIVED_BYTES_MAX,
  MESSAGE_SENT_BYTES_MAX,
} from "./limits.ts";

export interface GrpcChannelOptions {
  /** `http://host:port`, or `https://host:port` for TLS. */
  readonly endpoint: string;
  /** PEM of the authorities to trust instead of the machine's; `https` only. */
  readonly authorities?: string;
  readonly limits?: {
    /** Default 4 MiB. */
    readonly messageReceivedBytesMax?: number;
    /** Default 1 MiB. */
    readonly messageSentBytesMax?: number;
  };
}

export interface GrpcChannel {
  readonly endpoint: string;
  /** The client to start a call on. Throws once the channel is closed. */
  client(): Client;
  /**
   * Has to be told how each call failed. A connection that could not be made is given up, so that the
   * next call tries at once: when to try again is the caller's to decide, not the library's back-off's.
   */
  failed(client: Client, error: ServiceError): void;
  /** Calls in flight end by themselves; new ones are refused. Closing twice is harmless. */
  close(): void;
}

/** Connects with the first call. Throws TypeError for an endpoint that is no http or https URL. */
export function createGrpcChannel(options: GrpcChannelOptions): GrpcChannel {
  const { endpoint } = options;
  const { address, secure } = parseEndpoint(endpoint);
  const limits = options.limits ?? {};
  let current: Client | undefined;
  let closed = false;

  const connect = (): Client => {
    const { authorities } = options;
    const roots = authorities === undefined ? null : Buffer.from(authorities);
    const trust = secure ? credentials.createSsl(roots) : credentials.createInsecure();
    return new Client(address, trust, channelOptions(limits));
  };

  return {
    endpoint,
    client: () => {
      if (closed) throw new TypeError(`the channel to ${endpoint} is closed: open another`);
      return (current ??= connect());
    },
    failed: (client, error) => {
      if (client !== current || !isNeverConnected(error)) return;
      current = undefined;
      client.close();
    },
    close: () => {
      closed = true;
      current?.close();
      current = undefined;
    },
  };
}

/** The same bytes as the library wants them, without a copy. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function parseEndpoint(endpoint: string): { address: string; secure: boolean } {
  const url = URL.parse(endpoint);
  const plain = url !== null && /^https?:$/.test(url.protocol) && url.hostname !== "";
  if (!plain || url.pathname !== "/" || url.search !== "" || url.username !== "")
    throw new TypeError(
      `endpoint ${JSON.stringify(endpoint)} is not of the form http://host:port or https://host:port`,
    );
  const secure = url.protocol === "https:";
  return { address: `${url.hostname}:${url.port || (secure ? "443" : "80")}`, secure };
}

function channelOptions(limits: NonNullable<GrpcChannelOptions["limits"]>): ChannelOptions {
  return {
    "grpc.max_receive_message_length": limits.messageReceivedBytesMax ?? MESSAGE_RECEIVED_BYTES_MAX,
    "grpc.max_send_message_length": limits.messageSentBytesMax ?? MESSAGE_SENT_BYTES_MAX,
    "grpc.keepalive_time_ms": KEEPALIVE_TIME_MS,
    "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.min_reconnect_backoff_ms": CONNECT_TIMEOUT_MS,
    // What may be repeated is known to the caller alone.
    "grpc.enable_retries": 0,
    // Connections die with their channel, not with a pool that the process shares.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.enable_channelz": 0,
    "grpc.service_config_disable_resolution": 1,
  };
}
