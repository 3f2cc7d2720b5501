/** Headers of a call, fixed or made for each call. */
export type CallHeaders =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

/** Headers that show a token: a fixed one, or one made for each call. */
export function bearer(token: string | (() => string | Promise<string>)): CallHeaders {
  if (typeof token === "string") return { authorization: `Bearer ${token}` };
  return async () => ({ authorization: `Bearer ${await token()}` });
}
