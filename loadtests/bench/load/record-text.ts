/** What one put of the store benchmark writes: 300 B. */
export const RECORD_TEXT = "mesh".repeat(75);
