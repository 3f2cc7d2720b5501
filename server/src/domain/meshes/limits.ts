/** Meshes of one installation. */
export const meshesMax = 1_000;
/** How often agents beat unless their mesh says otherwise, milliseconds. */
export const heartbeatIntervalMsDefault = 10_000;
/** Silence after which an agent counts as lost, in intervals, unless its mesh says otherwise. */
export const lostAfterIntervalsDefault = 3;
/** The least silence after which an agent may count as lost, in intervals. */
export const lostAfterIntervalsMin = 2;
/** Agents in a topology. */
export const topologyAgentsMax = 2_000;
/** Edges in a topology. */
export const topologyEdgesMax = 10_000;
