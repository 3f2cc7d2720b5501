/** A delivery that counts against a session's credit. */
export interface Weight {
  readonly bytes: number;
  /** It goes out with nothing else beside it. */
  readonly isAlone: boolean;
}

/** How much one session has in its hands, and whether it may get more. */
export interface MailWindow {
  readonly messages: number;
  /** A message that was in the hands of sessions that died is delivered carefully. */
  isAlone(deaths: number): boolean;
  fits(weight: Weight): boolean;
  add(weight: Weight): void;
  remove(weight: Weight): void;
  /** A message that a session had died with was settled: the one is not to blame for all. */
  survived(): void;
}

/**
 * Credit in messages and bytes; one message goes out in any case. What one session died with goes out
 * alone until one such message is settled; what two died with always does.
 */
export function createMailWindow(messagesMax: number, bytesMax: number): MailWindow {
  let messages = 0;
  let bytes = 0;
  let alone = 0;
  let isCautious = true;
  return {
    get messages() {
      return messages;
    },
    isAlone: (deaths) => deaths >= 2 || (deaths === 1 && isCautious),
    fits: (weight) => {
      if (messages === 0) return true;
      if (weight.isAlone || alone > 0) return false;
      return messages < messagesMax && bytes + weight.bytes <= bytesMax;
    },
    add: (weight) => {
      messages += 1;
      bytes += weight.bytes;
      if (weight.isAlone) alone += 1;
    },
    remove: (weight) => {
      messages -= 1;
      bytes -= weight.bytes;
      if (weight.isAlone) alone -= 1;
    },
    survived: () => {
      isCautious = false;
    },
  };
}
