/** What the gateway takes of its callers, and for how long it waits for them. */
export interface GatewayLimits {
  /** Size of one request message, as sent and after decompression. */
  readonly messageReadBytesMax: number;
  /** Size of one response message. */
  readonly messageWriteBytesMax: number;
  /** Deadline of a call whose caller sets none; streams of the class STREAM have none. */
  readonly deadlineDefaultMs: number;
  /** Longest deadline that a caller may ask for, streams of the class STREAM aside. */
  readonly deadlineMaxMs: number;
  /** Longest deadline of a stream of the class STREAM: what a timer can hold. */
  readonly deadlineLongMaxMs: number;
  /** DATA frames of one message before their average size counts. */
  readonly dataFramesFree: number;
  /** Average size of DATA frames of one message, from then on. */
  readonly dataFrameBytesMin: number;
  /** Decoded messages of one stream that wait for the handler before reading pauses. */
  readonly messagesQueuedMax: number;
  /** Streams at once on one HTTP/2 connection. */
  readonly streamsPerSessionMax: number;
  /** Streams refused on one HTTP/2 connection before it is closed. */
  readonly streamsRefusedMax: number;
  /** Memory of one HTTP/2 session, in MB. */
  readonly sessionMemoryMb: number;
  /** From the connection to its first request. */
  readonly firstRequestMs: number;
  /** A connection without an open request. */
  readonly sessionIdleMs: number;
  /** An HTTP/2 connection older than this takes no new request; what is open goes on. ± 10 %. */
  readonly sessionAgeMs: number;
  /** All headers of an HTTP/1 request. */
  readonly headersMs: number;
  /** A whole HTTP/1 request. */
  readonly requestMs: number;
  /** How often time-outs of connections are looked at. */
  readonly checkIntervalMs: number;
  /** Size of a request's header block. */
  readonly headerBlockBytesMax: number;
  /** Headers of one request. */
  readonly headersMax: number;
  /** How often the server pings an HTTP/2 connection. */
  readonly pingIntervalMs: number;
  /** How long it waits for the answer before the connection is destroyed. */
  readonly pongMs: number;
  /** A caller's ping that follows the one before faster than this, without data between, is a strike. */
  readonly pingGapMsMin: number;
  /** Strikes within `pingWindowMs` before the connection is told to calm down. */
  readonly pingStrikesMax: number;
  readonly pingWindowMs: number;
  /** A response of which the caller takes no byte for so long is closed. */
  readonly writeStallMs: number;
  /** So much of a refused HTTP/1 body is read and dropped, lest the caller miss the answer. */
  readonly lingerBytesMax: number;
  readonly lingerMs: number;
  /** How often the principals of open streams are asked after. */
  readonly revalidateIntervalMs: number;
  /** Window of the rate limits below. */
  readonly rateWindowSeconds: number;
  /** Points of one address; a call without a proven credential costs one. */
  readonly addressPointsMax: number;
  /** Points that a wrong credential costs its address. */
  readonly credentialFailurePoints: number;
  /** Buckets of one kind; addresses and principals beyond share them. */
  readonly rateBucketsMax: number;
  /** Calls of one principal, by rate class. */
  readonly readCallsMax: number;
  readonly writeCallsMax: number;
  readonly expensiveCallsMax: number;
  readonly loginCallsMax: number;
  readonly streamCallsMax: number;
}

/** The limits unless configured otherwise. */
export const gatewayLimits: GatewayLimits = {
  messageReadBytesMax: 1024 * 1024,
  messageWriteBytesMax: 4 * 1024 * 1024,
  deadlineDefaultMs: 30_000,
  deadlineMaxMs: 10 * 60_000,
  deadlineLongMaxMs: 2 ** 31 - 1,
  dataFramesFree: 4096,
  dataFrameBytesMin: 64,
  messagesQueuedMax: 64,
  streamsPerSessionMax: 128,
  streamsRefusedMax: 4096,
  sessionMemoryMb: 10,
  firstRequestMs: 10_000,
  sessionIdleMs: 5 * 60_000,
  sessionAgeMs: 12 * 60 * 60_000,
  headersMs: 10_000,
  requestMs: 30_000,
  checkIntervalMs: 5_000,
  headerBlockBytesMax: 16 * 1024,
  headersMax: 100,
  pingIntervalMs: 20_000,
  pongMs: 10_000,
  pingGapMsMin: 10_000,
  pingStrikesMax: 2,
  pingWindowMs: 5 * 60_000,
  writeStallMs: 10_000,
  lingerBytesMax: 16 * 1024 * 1024,
  lingerMs: 2_000,
  revalidateIntervalMs: 500,
  rateWindowSeconds: 10,
  addressPointsMax: 2_000,
  credentialFailurePoints: 10,
  rateBucketsMax: 65_536,
  readCallsMax: 300_000,
  writeCallsMax: 300_000,
  expensiveCallsMax: 3_000,
  loginCallsMax: 3_000,
  streamCallsMax: 30_000,
};
