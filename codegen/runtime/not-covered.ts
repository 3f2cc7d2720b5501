// What generated code throws to hand a message over to the library that covers everything.

/** Made once: its stack says nothing, and making one for each message would cost more than the message. */
export const notCovered = new Error("the generated code does not cover this message");
