/** Listeners by event. */
export interface Emitter<Events> {
  readonly on: <E extends keyof Events>(
    event: E,
    listener: (detail: Events[E]) => void,
  ) => () => void;
  emit<E extends keyof Events>(event: E, detail: Events[E]): void;
}

/** A listener that throws is the program's defect; it surfaces as an uncaught error, after all others ran. */
export function createEmitter<Events>(): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(detail: never) => void>>();
  return {
    on: (event, listener) => {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
      return () => void set.delete(listener);
    },
    emit: (event, detail) => {
      for (const listener of [...(listeners.get(event) ?? [])])
        try {
          listener(detail as never);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
    },
  };
}
