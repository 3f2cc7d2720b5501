/** API keys of one installation that are neither revoked nor expired. */
export const apiKeysMax = 1_000;
/** API keys bound to one mesh that are neither revoked nor expired. */
export const apiKeysPerMeshMax = 200;
/** Join tokens of one mesh, made by CreateJoinToken, that can still be used. */
export const joinTokensPerMeshMax = 1_000;
/** How long a join token is good for unless the caller says otherwise, milliseconds. */
export const joinTokenMsDefault = 60 * 60 * 1000;
/** How long a launcher's token for a process that it starts is good for, milliseconds. */
export const launchTokenMs = 5 * 60 * 1000;
/** How long the token of a new installation is good for, milliseconds. */
export const bootstrapMsMax = 15 * 60 * 1000;
/** How long ended keys stay on record, milliseconds. */
export const endedKeyMsKept = 30 * 24 * 60 * 60 * 1000;
/** How long ended join tokens stay on record, milliseconds. */
export const endedTokenMsKept = 7 * 24 * 60 * 60 * 1000;
/** How often the last use of a key is written down at most, milliseconds. */
export const lastUseMsResolution = 60 * 1000;
/** Ended credentials remembered for the sake of open streams, which end within a second. */
export const endedCredentialsMax = 100_000;
/** Public keys of agents kept ready for use. */
export const agentKeysCachedMax = 50_000;
/** Tokens of agents that were found good, kept so that their signature is not checked again. */
export const agentTokensKeptMax = 10_000;
