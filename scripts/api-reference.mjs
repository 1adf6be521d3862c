// npm run docs:api [-- --check]: the pages of docs/api, from the doc comments of the public entries.
// Fails on a public name without a comment; with --check it writes nothing and fails if the pages in docs/api differ.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, Converter, ReflectionKind } from "typedoc";

const root = fileURLToPath(new URL("..", import.meta.url));
const committed = join(root, "docs/api");

const entries = {
  "@lmnh/plant-schema": "schema/src/index.ts",
  "@lmnh/plant-schema/model": "schema/src/model.ts",
  "@lmnh/plant-schema/sqlite": "schema/src/sqlite/index.ts",
  "@lmnh/plant-schema/mssql": "schema/src/mssql/index.ts",
  "@lmnh/plant-schema/seed": "schema/src/reference-data/seed.ts",
  "@lmnh/plant-schema/testing": "schema/src/testing/index.ts",
  "@lmnh/plant-etl": "packages/plant-etl/src/index.ts",
  "@lmnh/plant-etl/http": "packages/plant-etl/src/entries/http.ts",
  "@lmnh/plant-etl/fetch": "packages/plant-etl/src/entries/fetch.ts",
  "@lmnh/plant-etl/recording": "packages/plant-etl/src/entries/recording.ts",
  "@lmnh/plant-etl/sql": "packages/plant-etl/src/entries/sql.ts",
  "@lmnh/plant-etl/memory": "packages/plant-etl/src/entries/memory.ts",
  "@lmnh/plant-etl/opentelemetry": "packages/plant-etl/src/entries/opentelemetry.ts",
  "@lmnh/plant-etl/testing": "packages/plant-etl/src/testing/index.ts",
  "@lmnh/plant-archive": "packages/plant-archive/src/index.ts",
  "@lmnh/plant-archive/s3": "packages/plant-archive/src/object-store/s3/index.ts",
  "@lmnh/plant-archive/testing": "packages/plant-archive/src/testing/index.ts",
  "@lmnh/plant-health": "packages/plant-health/src/index.ts",
  "@lmnh/plant-health/page": "packages/plant-health/src/page/index.ts",
  "@lmnh/plant-health/dashboard": "packages/plant-health/src/dashboard/index.ts",
  "@lmnh/plant-health/sns": "packages/plant-health/src/notify/sns-notifier.ts",
  "@lmnh/plant-health/ses": "packages/plant-health/src/notify/ses-notifier.ts",
  "@lmnh/plant-health/testing": "packages/plant-health/src/testing/index.ts",
  "@lmnh/museum-simulator": "packages/museum-simulator/src/index.ts",
};
const internal = {
  "@lmnh/plant-schema/internal": "schema/src/internal.ts",
  "@lmnh/plant-schema/internal/sql": "schema/src/internal-sql.ts",
};

const introduction =
  "Every public entry of the packages. `npm run docs:api` writes these pages from the doc comments of the sources.";

const check = process.argv.includes("--check");
const out = check ? mkdtempSync(join(tmpdir(), "api-reference-")) : committed;
try {
  await generate(out);
  if (check) compare(out, committed);
} finally {
  if (check) rmSync(out, { recursive: true, force: true });
}

async function generate(directory) {
  const app = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    tsconfig: join(root, "tsconfig.base.json"),
    // The packages' sources instead of their dist, so that nothing needs a build and links lead across packages.
    compilerOptions: {
      paths: Object.fromEntries(
        Object.entries({ ...entries, ...internal }).map(([name, file]) => [name, [join(root, file)]]),
      ),
    },
    entryPoints: Object.values(entries).map((file) => join(root, file)),
    // `npm run typecheck` checks them.
    skipErrorChecking: true,
    name: "API reference",
    out: directory,
    readme: "none",
    router: "module",
    basePath: root,
    disableSources: true,
    excludeExternals: true,
    excludePrivate: true,
    excludeInternal: true,
    hidePageHeader: true,
    useCodeBlocks: true,
    expandParameters: true,
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    classPropertiesFormat: "table",
    typeAliasPropertiesFormat: "table",
    propertyMembersFormat: "table",
    typeDeclarationFormat: "table",
    enumMembersFormat: "table",
    tableColumnSettings: { hideSources: true, hideInherited: true, hideOverrides: true },
    validation: { notExported: false, invalidLink: true, rewrittenLink: false, notDocumented: true },
    requiredToBeDocumented: [
      "Enum",
      "EnumMember",
      "Variable",
      "Function",
      "Class",
      "Interface",
      "Property",
      "Method",
      "TypeAlias",
    ],
    packagesRequiringDocumentation: [...new Set(Object.keys(entries).map(packageOf))],
    treatValidationWarningsAsErrors: true,
    logLevel: "Warn",
  });
  const names = new Map(
    Object.entries(entries).map(([name, file]) => [file.replace(/(\/index)?\.ts$/, ""), name]),
  );
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) module.name = names.get(module.name) ?? module.name;
    for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter))
      if (parameter.name === "__namedParameters") parameter.name = "options";
  });
  const project = await app.convert();
  if (project === undefined) process.exit(1);
  app.options.setValue("intentionallyNotDocumented", namesOfSelfEvident(project));
  app.validate(project);
  await app.generateOutputs(project);
  const index = join(directory, "README.md");
  const modules = readFileSync(index, "utf8").replace("\n## Modules\n", `\n${introduction}\n`);
  writeFileSync(index, modules);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
}

/**
 * The properties of the variants of a union, such as an event, are described by the comment of the variant; and a
 * property with one literal value says all of it.
 */
function namesOfSelfEvident(project) {
  const names = project
    .getReflectionsByKind(ReflectionKind.Property)
    .filter((property) => !property.hasComment() && !isInParameter(property))
    .filter((property) => property.type?.type === "literal" || isInUnion(property))
    .map((property) => property.getFriendlyFullName());
  return [...new Set(names)];
}

function isInUnion({ parent }) {
  const isLiteral = parent?.kindOf(ReflectionKind.TypeLiteral) === true;
  return isLiteral && ["union", "reference"].includes(parent.parent?.type?.type);
}

function isInParameter({ parent }) {
  return parent !== undefined && (parent.kindOf(ReflectionKind.Parameter) || isInParameter(parent));
}

function packageOf(entry) {
  return entry.split("/").slice(0, 2).join("/");
}

function compare(fresh, kept) {
  const pages = new Set([...list(fresh), ...list(kept)]);
  const stale = [...pages].filter((page) => read(join(fresh, page)) !== read(join(kept, page)));
  if (stale.length === 0) return;
  console.error(`docs/api differs from the doc comments; run npm run docs:api. Pages:\n${stale.join("\n")}`);
  process.exitCode = 1;
}

function list(directory) {
  return existsSync(directory)
    ? readdirSync(directory, { recursive: true }).filter((name) => String(name).endsWith(".md"))
    : [];
}

function read(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
