import { archive } from "../archive.mjs";
import { load } from "../load.mjs";
import { pull } from "../pull.mjs";
import { size } from "../size.mjs";
import { start } from "../start.mjs";
import { transform } from "../transform.mjs";

/** In the order in which they run. */
export const benchmarks = { pull, transform, load, archive, start, size };
