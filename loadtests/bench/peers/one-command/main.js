// The smallest program on oclif, with the compile cache that `mesh` has too.
import { enableCompileCache } from "node:module";

enableCompileCache();
const { flush, handle, run } = await import("@oclif/core");
await run(process.argv.slice(2), import.meta.url).catch(handle);
await flush();
