import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  type ApiKey,
  ApiKeySchema,
  type JoinToken,
  JoinTokenSchema,
} from "@meshwork/gen/mesh/v1/credential";
import {
  CreateApiKeyResponseSchema,
  CreateJoinTokenResponseSchema,
  CreateLaunchTokenResponseSchema,
  type CredentialService,
  ListApiKeysResponseSchema,
  ListJoinTokensResponseSchema,
  RevokeAgentCredentialResponseSchema,
  RevokeApiKeyResponseSchema,
  RevokeJoinTokenResponseSchema,
} from "@meshwork/gen/mesh/v1/credential_service";
import { callOf } from "../call-service.ts";
import type { AgentCredentials } from "./agent-credentials.ts";
import type { ApiKeyRecord } from "./api-key-record.ts";
import type { ApiKeys } from "./api-keys.ts";
import type { JoinTokenRecord } from "./join-token-record.ts";
import type { JoinTokens } from "./join-tokens.ts";
import type { createLaunchTokens } from "./launch-tokens.ts";

/** The RPCs of `mesh.v1.CredentialService`. */
export function createCredentialService({
  apiKeys,
  joinTokens,
  agentCredentials,
  launchToken,
}: {
  readonly apiKeys: ApiKeys;
  readonly joinTokens: JoinTokens;
  readonly agentCredentials: AgentCredentials;
  readonly launchToken: ReturnType<typeof createLaunchTokens>;
}): ServiceImpl<typeof CredentialService> {
  return {
    createApiKey: async (request, context) => {
      const { doc, secret } = await apiKeys.create(callOf(context), request);
      return create(CreateApiKeyResponseSchema, { apiKey: apiKeyMessage(doc), secret });
    },
    listApiKeys: async (request, context) => {
      const { keys, nextPageToken } = await apiKeys.list(callOf(context), request);
      return create(ListApiKeysResponseSchema, { apiKeys: keys.map(apiKeyMessage), nextPageToken });
    },
    revokeApiKey: async ({ keyId }, context) =>
      create(RevokeApiKeyResponseSchema, {
        apiKey: apiKeyMessage(await apiKeys.revoke(callOf(context), keyId)),
      }),
    createJoinToken: async (request, context) => {
      const { doc, text } = await joinTokens.create(callOf(context), request);
      const joinToken = joinTokenMessage(doc);
      return create(CreateJoinTokenResponseSchema, { joinToken, secret: text });
    },
    listJoinTokens: async (request, context) => {
      const { tokens, nextPageToken } = await joinTokens.list(callOf(context), request);
      return create(ListJoinTokensResponseSchema, {
        joinTokens: tokens.map(joinTokenMessage),
        nextPageToken,
      });
    },
    revokeJoinToken: async (request, context) =>
      create(RevokeJoinTokenResponseSchema, {
        joinToken: joinTokenMessage(await joinTokens.revoke(callOf(context), request)),
      }),
    createLaunchToken: async (request, context) => {
      const { doc, text } = await launchToken(callOf(context), request);
      const expireTime = timestampFromDate(doc.expireTime);
      return create(CreateLaunchTokenResponseSchema, { joinToken: text, expireTime });
    },
    revokeAgentCredential: async (request, context) => {
      await agentCredentials.revoke(callOf(context), request);
      return create(RevokeAgentCredentialResponseSchema);
    },
  };
}

function apiKeyMessage(doc: ApiKeyRecord): ApiKey {
  const { keyId, displayName, role, meshId, creator } = doc;
  const { createTime, expireTime, lastUseTime, revokeTime } = doc;
  return create(ApiKeySchema, {
    keyId,
    displayName,
    role,
    meshId,
    creator,
    createTime: timestampFromDate(createTime),
    ...(expireTime && { expireTime: timestampFromDate(expireTime) }),
    ...(lastUseTime && { lastUseTime: timestampFromDate(lastUseTime) }),
    ...(revokeTime && { revokeTime: timestampFromDate(revokeTime) }),
  });
}

function joinTokenMessage(doc: JoinTokenRecord): JoinToken {
  const { tokenId, meshId, agentId, role, labels, usesMax, uses, creator } = doc;
  const { createTime, expireTime, revokeTime } = doc;
  return create(JoinTokenSchema, {
    tokenId,
    meshId,
    agentId,
    role,
    labels: { ...labels },
    usesMax,
    uses,
    creator,
    createTime: timestampFromDate(createTime),
    expireTime: timestampFromDate(expireTime),
    ...(revokeTime && { revokeTime: timestampFromDate(revokeTime) }),
  });
}
