/** Agents of one mesh, terminated ones too until they are deleted. */
export const agentsPerMeshMax = 20_000;
/** A desired or effective configuration, as JSON. */
export const configurationBytesMax = 64 * 1024;
/** Time to end when nobody says otherwise, milliseconds. */
export const graceMsDefault = 10_000;
/** How long the join token of a provisioned agent is good for, milliseconds. */
export const provisionTokenMsDefault = 60 * 60 * 1000;
/** Records that one page of a filtered list looks at; the next page goes on behind them. */
export const listScanMax = 5_000;
/** Agents that one launcher runs or has to end; all of them fit into one frame. */
export const launchedPerLauncherMax = 500;
