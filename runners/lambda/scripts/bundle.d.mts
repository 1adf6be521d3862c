import type { BuildOptions, BuildResult } from "esbuild";

export function bundle(
  entries: Readonly<Record<string, string>>,
  outdir: string,
  options?: BuildOptions,
): Promise<BuildResult<BuildOptions & { metafile: true }>>;
