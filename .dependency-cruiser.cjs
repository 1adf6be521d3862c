/** Runners import packages, packages import the schema; nothing imports upward, sideways or in a circle. */
module.exports = {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "schema-imports-no-package",
      severity: "error",
      from: { path: "^schema/src" },
      to: { path: "^(packages|runners|bench)/" },
    },
    {
      name: "packages-import-no-runner",
      severity: "error",
      from: { path: "^packages/[^/]+/src" },
      to: { path: "^(runners|bench)/" },
    },
    {
      name: "packages-do-not-import-sideways",
      severity: "error",
      from: { path: "^packages/(?!plant-runtime/)([^/]+)/src" },
      to: { path: "^packages/(?!$1/)[^/]+/" },
    },
    {
      name: "runners-do-not-import-sideways",
      severity: "error",
      from: { path: "^runners/([^/]+)/src" },
      to: { path: "^runners/(?!$1/)[^/]+/" },
    },
    {
      name: "runtime-opens-only-in-open",
      comment:
        "What every runner shares is in a Lambda's bundle: no files, drivers, simulator or S3 client. Those are behind the entries of src/open.",
      severity: "error",
      from: { path: "^packages/plant-runtime/src", pathNot: "^packages/plant-runtime/src/open/" },
      to: {
        path: "^node:|^(fs|fs/promises|process|console)$|^packages/museum-simulator/|^packages/plant-runtime/src/open/|^schema/dist/sqlite|^packages/plant-archive/dist/s3|node_modules/(libsql|@aws-sdk)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "lambda-entries-have-one-driver",
      comment: "A Lambda's bundle has the driver of its own database and object store only.",
      severity: "error",
      from: { path: "^packages/plant-runtime/src/open/(mssql|s3)\\.ts$" },
      to: {
        path: "^node:|^(fs|fs/promises)$|^packages/plant-runtime/src/open/|^schema/dist/sqlite|node_modules/(libsql|@aws-sdk)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "runners-open-through-the-runtime",
      comment: "plant-runtime is the one composition root.",
      severity: "error",
      from: { path: "^runners/[^/]+/src" },
      to: {
        path: "^schema/dist/sqlite|^packages/plant-archive/dist/s3",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "transform-is-pure",
      comment: "Pure code reads no files, opens no sockets and knows no database.",
      severity: "error",
      from: { path: "^packages/plant-etl/src/transform/" },
      to: {
        path: "^(node:|fs|http|https|net|child_process)|/(extract|load)/|node_modules/(kysely|cross-fetch)",
      },
    },
    {
      name: "main-entry-of-plant-etl-is-light",
      comment:
        "Whoever transforms or runs with other adapters gets no HTTP client, no SQL and nothing of Node.",
      severity: "error",
      from: { path: "^packages/plant-etl/src/index\\.ts$" },
      to: {
        path: "^node:|^packages/plant-etl/src/(load|entries)/|^schema/(src|dist)/index|node_modules/(kysely|cross-fetch)/",
        reachable: true,
      },
    },
    {
      name: "health-rules-are-pure",
      comment:
        "Rules, habits and page get data and the time as parameters, and know no database and no network.",
      severity: "error",
      from: {
        path: "^packages/plant-health/src/(model|rules|habits|words|page|evaluate\\.ts|statistics\\.ts)",
      },
      to: {
        path: "^(node:|fs|http|https|net|child_process)|^packages/plant-health/src/(store|notify|dashboard)/|node_modules/kysely",
      },
    },
    {
      name: "no-source-imports-tests",
      severity: "error",
      from: { path: "/src/", pathNot: "^packages/testing/" },
      to: { path: "/test/|^packages/testing/" },
    },
    {
      name: "nothing-unresolvable",
      comment: "A thread's source is resolved by plant-archive's build.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "\\?thread-source$" },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "/dist/"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "require", "node", "default"],
      extensions: [".ts", ".js", ".json", ".sql", ".csv"],
    },
  },
};
