// npm run api: writes the API of each public entry of the published packages to api/, from the types in dist/. With --check
// it changes nothing and fails where a report differs. It also fails where a signature names a type that no public entry of its
// package exports, and where an optional member does not accept `undefined`.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompilerState, Extractor, ExtractorConfig } from "@microsoft/api-extractor";
import ts from "typescript";
import { root } from "./setup.mjs";

const check = process.argv.includes("--check");
const reports = join(root, "api");
const scratch = mkdtempSync(join(tmpdir(), "plant-api-"));
try {
  main();
} finally {
  rmSync(scratch, { recursive: true });
}

function main() {
  const entries = publicEntries();
  const missing = entries.filter(({ types }) => !existsSync(types));
  if (missing.length > 0)
    return fail([`No types of ${missing.map(({ name }) => name).join(", ")}: npm run build`]);

  // One program for all entries: each would need seconds of its own.
  const compilerState = CompilerState.create(entries[0].config, {
    additionalEntryPoints: entries.map(({ types }) => types),
  });
  const apis = entries.map((entry) => ({ ...entry, ...extractApi(entry, compilerState) }));

  const problems = apis.flatMap(({ name, packageName, compilerErrors, source, unexported }) => {
    const exported = new Set(
      apis
        .filter((other) => other.packageName === packageName)
        .flatMap(({ source }) => exportedNames(source)),
    );
    return [
      ...compilerErrors.map((error) => `${name}: ${error}`),
      ...unexported
        .filter((type) => !exported.has(type))
        .map((type) => `${name}: a signature names ${type}, which no entry of ${packageName} exports`),
      ...internalImports(source).map((text) => `${name}: a signature names an internal type: ${text}`),
      ...membersWithoutUndefined(source).map(
        (member) => `${name}: an optional member does not accept undefined: ${member}`,
      ),
    ];
  });
  if (problems.length > 0) return fail(problems);

  const files = new Map(apis.map((api) => [api.file, formatReport(api)]));
  const present = existsSync(reports) ? readdirSync(reports).filter((file) => file.endsWith(".api.md")) : [];
  const differing = [...new Set([...present, ...files.keys()])].sort().filter((file) => {
    const path = join(reports, file);
    // Git on Windows may have written CRLF.
    return !existsSync(path) || readFileSync(path, "utf8").replaceAll("\r\n", "\n") !== files.get(file);
  });
  if (check && differing.length > 0)
    return fail([
      "The API in dist/ differs from these reports:",
      ...differing.map((file) => `  api/${file}`),
      "If that is intended, run: npm run build && npm run api",
    ]);
  mkdirSync(reports, { recursive: true });
  for (const file of differing)
    if (files.has(file)) writeFileSync(join(reports, file), files.get(file));
    else rmSync(join(reports, file));
  console.log(
    `${files.size} reports in api/ are current${differing.length > 0 ? `, ${differing.length} of them changed` : ""}.`,
  );
}

function fail(lines) {
  for (const line of lines) console.error(line);
  process.exitCode = 1;
}

/** These entries are for the packages of this repository alone and may change in any version. */
function isInternal(entry) {
  return /^(@lmnh\/[^/]+|\.)\/internal(\/|$)/.test(entry);
}

function publicEntries() {
  return ["schema", ...readdirSync(join(root, "packages")).map((name) => join("packages", name))]
    .map((name) => join(root, name))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) }))
    .filter(({ manifest }) => !manifest.private)
    .flatMap(({ folder, manifest }) =>
      Object.entries(manifest.exports)
        .filter(([entry]) => !isInternal(entry))
        .map(([entry, conditions]) => {
          const name = manifest.name + entry.slice(1);
          const file = `${name.split("/").slice(1).join(".")}.api.md`;
          const types = join(folder, conditions.import.types);
          const config = extractorConfig(folder, types, file);
          return { name, packageName: manifest.name, file, types, config };
        }),
    );
}

function extractorConfig(folder, types, file) {
  const off = { default: { logLevel: "none" } };
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: types,
      newlineKind: "lf",
      compiler: { tsconfigFilePath: join(root, "tsconfig.base.json") },
      apiReport: {
        enabled: true,
        reportFileName: file,
        reportFolder: scratch,
        reportTempFolder: join(scratch, "temp"),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: "error" } },
        extractorMessageReporting: { ...off, "ae-forgotten-export": { logLevel: "warning" } },
        tsdocMessageReporting: off,
      },
    },
    configObjectFullPath: join(folder, "api-extractor.json"),
    packageJsonFullPath: join(folder, "package.json"),
  });
}

function extractApi({ file, config }, compilerState) {
  const compilerErrors = [];
  const unexported = [];
  Extractor.invoke(config, {
    compilerState,
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      if (message.category === "Compiler") compilerErrors.push(message.text);
      if (message.messageId === "ae-forgotten-export") unexported.push(/"([^"]+)"/.exec(message.text)[1]);
    },
  });
  const [, code] = /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(scratch, file), "utf8"));
  return { source: parse(code), compilerErrors, unexported };
}

function parse(code) {
  return ts.createSourceFile("api.ts", code, ts.ScriptTarget.Latest, true);
}

function formatReport({ name, source }) {
  return `# ${name}\n\n\`npm run api\` writes this file from the types of the build.\n\n\`\`\`ts\n${signatures(source)}\`\`\`\n`;
}

/** Without the comments: documentation, and the places in dist/, are no part of the API. */
function signatures(source) {
  const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });
  const print = (statement) => `${printer.printNode(ts.EmitHint.Unspecified, statement, source)}\n`;
  const imports = source.statements.filter(ts.isImportDeclaration);
  const others = source.statements.filter((statement) => !ts.isImportDeclaration(statement));
  return [imports.map(print).join(""), ...others.map(print)].filter((text) => text !== "").join("\n");
}

/** The names that come from entries without a stable API. */
function internalImports(source) {
  return source.statements
    .filter((statement) => ts.isImportDeclaration(statement) && isInternal(statement.moduleSpecifier.text))
    .map((statement) => statement.getText(source));
}

function exportedNames(source) {
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement))
      return (statement.exportClause?.elements ?? []).map(({ name }) => name.text);
    if (!statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.text);
    return [statement.name.text];
  });
}

function membersWithoutUndefined(source) {
  const found = [];
  visit(source);
  return found;

  function visit(node) {
    if (isMember(node) && node.questionToken && !acceptsUndefined(node.type))
      found.push(node.getText(source));
    ts.forEachChild(node, visit);
  }
}

function isMember(node) {
  return (
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isMethodSignature(node) ||
    ts.isMethodDeclaration(node)
  );
}

function acceptsUndefined(type) {
  if (type === undefined) return false;
  if (ts.isUnionTypeNode(type)) return type.types.some(acceptsUndefined);
  return [ts.SyntaxKind.UndefinedKeyword, ts.SyntaxKind.UnknownKeyword, ts.SyntaxKind.AnyKeyword].includes(
    type.kind,
  );
}
