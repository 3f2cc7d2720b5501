/** A copy of a record without an optional field. */
export function without<T extends object, Name extends keyof T>(
  record: Partial<Pick<T, Name>> extends Pick<T, Name> ? T : never,
  name: Name,
): T {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name)) as T;
}
