import { format } from "@cdktf/hcl-tools";
import { describe, expect, it } from "vitest";
import contract from "../contract.json" with { type: "json" };
import { blocksOf, expression, moduleAt, modules, readText, rootModule } from "./configuration.js";

const documents = ["README.md", "../docs/scale.md"].map(readText).join("\n");
const others = (path: string) => modules.filter((module) => module.path !== path);

describe.each(modules)("The module $path", ({ path, files, variables, outputs, terraform }) => {
  const used = files
    .filter(({ name }) => name !== "variables.tf")
    .map(({ text }) => text.replace(/#.*/g, ""));

  it.each(files)("has $name as `terraform fmt` writes it", async ({ text }) => {
    expect(text).toBe(await format(text));
  });

  it("describes, types, validates and uses every variable", () => {
    for (const [name, [variable = {}]] of Object.entries(variables)) {
      expect(variable.description, name).toMatch(/^[A-Z].{10,}\.$/);
      expect(variable.type, name).toBeDefined();
      // A boolean needs no validation.
      if (variable.type !== expression("bool"))
        expect(blocksOf(variable, "validation").length, name).toBeGreaterThan(0);
      expect(used.join("\n"), name).toMatch(new RegExp(`\\bvar\\.${name}\\b`));
    }
  });

  it("declares variables in variables.tf and outputs in outputs.tf", () => {
    for (const { name, text } of files) {
      if (name !== "variables.tf") expect(text, name).not.toMatch(/^variable "/m);
      if (name !== "outputs.tf") expect(text, name).not.toMatch(/^output "/m);
    }
  });

  it("describes every output, and a document or another module reads it", () => {
    const readers =
      path === "."
        ? documents
        : others(path)
            .flatMap((module) => module.files.map(({ text }) => text))
            .join("\n");
    for (const [name, [output = {}]] of Object.entries(outputs)) {
      expect(output.description, name).toMatch(/^[A-Z].{5,}\.$/);
      const reading = path === "." ? `output (-raw |-json )?${name}\\b` : `module\\.\\w+\\[0\\]\\.${name}\\b`;
      expect(readers, name).toMatch(new RegExp(reading));
    }
  });

  it("pins Terraform and the providers", () => {
    expect(terraform.required_version).toBe(">= 1.11.0");
    const [providers = {}] = blocksOf(terraform, "required_providers");
    for (const [name, provider] of Object.entries(providers)) {
      const { version } = provider as { readonly version: string };
      expect(version, name).toMatch(path === "." ? /^\d+\.\d+\.\d+$/ : /^~> \d+\.\d+$/);
    }
  });
});

describe("The root module", () => {
  it("has every variable in its README, with its default", () => {
    const readme = readText("README.md");
    for (const [name, [variable = {}]] of Object.entries(rootModule.variables)) {
      const row = readme.split("\n").find((line) => line.startsWith(`| \`${name}\` |`));
      expect(row, name).toBeDefined();
      const value = variable.default;
      if (value === null || typeof value !== "object") expect(row, name).toContain(`\`${value}\``);
    }
  });

  it("gives each Lambda the environment of contract.json, no more and no less", () => {
    const { functions, database_environment: database } = rootModule.locals as {
      readonly functions: Readonly<
        Record<"etl" | "archive" | "alert" | "dashboard", { readonly environment: object }>
      >;
      readonly database_environment: object;
    };
    const [lambda = {}] = rootModule.resources.aws_lambda_function?.plant ?? [];
    const merged = String(blocksOf(lambda, "environment")[0]?.variables);
    const common = [...merged.matchAll(/^\s*([A-Z_]+)\s*=/gm)].map(([, name = ""]) => name);
    expect([...Object.keys(database), ...common].sort()).toEqual(contract.environment.shared);
    expect(Object.keys(functions.etl.environment).sort()).toEqual(contract.environment.etl);
    expect(Object.keys(functions.archive.environment).sort()).toEqual(contract.environment.archive);
    expect(Object.keys(functions.alert.environment).sort()).toEqual(contract.environment.alert);
    expect(Object.keys(functions.dashboard.environment).sort()).toEqual(contract.environment.dashboard);
  });

  it("has alarms on metrics of contract.json alone", () => {
    const { alarms, metrics_namespace: namespace } = rootModule.locals as {
      readonly alarms: Readonly<
        Record<string, { readonly metric: string; readonly service: "etl" | "archive" | "alert" }>
      >;
      readonly metrics_namespace: string;
    };
    expect(namespace).toBe(contract.metrics.namespace);
    for (const [name, { metric, service }] of Object.entries(alarms))
      expect(contract.metrics[service], name).toContain(metric);
  });

  it("shows every metric of contract.json in the dashboard, and no other", () => {
    const { graphs } = rootModule.locals as {
      readonly graphs: readonly {
        readonly service: string;
        readonly metrics: readonly string[];
        readonly period_s: number;
      }[];
    };
    const { namespace: _, ...metrics } = contract.metrics;
    for (const [service, names] of Object.entries(metrics)) {
      const shown = graphs.filter((graph) => graph.service === service).flatMap((graph) => graph.metrics);
      expect(shown.sort(), service).toEqual([...names].sort());
    }
    expect(Object.keys(metrics)).toEqual(expect.arrayContaining(graphs.map(({ service }) => service)));
    for (const { period_s } of graphs) expect(period_s % 60).toBe(0);
    const [dashboard = {}] = rootModule.resources.aws_cloudwatch_dashboard?.plant ?? [];
    expect(String(dashboard.dashboard_body)).toMatch(/"service", local\.function_names\[graph\.service\]/);
  });

  it("has alarms on the metrics of this deployment's Lambdas, not on another's", () => {
    const { function_names: names } = rootModule.locals as {
      readonly function_names: Readonly<Record<string, string>>;
    };
    const name = expression("var.name");
    expect(names).toEqual({
      etl: `${name}-etl`,
      archive: `${name}-archive`,
      alert: `${name}-alert`,
      dashboard: `${name}-dashboard`,
    });
    const [lambda = {}] = rootModule.resources.aws_lambda_function?.plant ?? [];
    expect(lambda.function_name).toBe(expression("local.function_names[each.key]"));
    expect(String(blocksOf(lambda, "environment")[0]?.variables)).toMatch(
      /POWERTOOLS_SERVICE_NAME\s*=\s*local\.function_names\[each\.key\]/,
    );
    const [alarm = {}] = rootModule.resources.aws_cloudwatch_metric_alarm?.pipeline ?? [];
    expect(alarm.dimensions).toEqual({ service: expression("local.function_names[each.value.service]") });
  });

  it("documents fan_out with shards that a Lambda can pull in its time", () => {
    const examples = documents.split("```").filter((text) => /^fan_out\s*=/m.test(text));
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const example of examples) {
      const concurrency = Number(/^concurrency\s*=\s*(\d+)/m.exec(example)?.[1]);
      const shardSize = Number(/shard_size\s*=\s*(\d+)/.exec(example)?.[1] ?? 2000);
      expect(Math.ceil(shardSize / concurrency) * 0.2, example).toBeLessThan(44);
    }
  });

  it("has no failure alarm with fan_out for a Lambda whose shards the state machines retry", () => {
    const [failures = {}] = rootModule.resources.aws_cloudwatch_metric_alarm?.failures ?? [];
    expect(failures.for_each).toMatch(
      /if var\.fan_out == null \|\| !contains\(\["etl", "archive"\], key\)\]\)\}$/,
    );
    const [failed = {}] = moduleAt("modules/fan-out").resources.aws_cloudwatch_metric_alarm?.failed ?? [];
    expect(String(failed.for_each)).toMatch(/ExecutionsFailed[\s\S]*ExecutionsTimedOut/);
  });

  it("has every alarm in its README", () => {
    const { alarms } = rootModule.locals as { readonly alarms: object };
    const readme = readText("README.md");
    const others = [
      "etl-failures",
      "archive-failures",
      "alert-failures",
      "dashboard-failures",
      "dead-letter",
      "free-storage",
    ];
    for (const name of [...Object.keys(alarms), ...others]) expect(readme).toContain(`\n| \`${name}\` |`);
  });

  it("notifies the topic of every alarm and of its end", () => {
    const alarms = [rootModule, moduleAt("modules/fan-out")].flatMap(({ resources }) =>
      Object.values(resources.aws_cloudwatch_metric_alarm ?? {}).flat(),
    );
    expect(alarms.length).toBe(5);
    for (const { alarm_actions, ok_actions } of alarms) {
      expect(alarm_actions).toHaveLength(1);
      expect(ok_actions).toEqual(alarm_actions);
    }
  });

  it("has a dead-letter queue for every schedule", () => {
    const schedules = Object.values(rootModule.resources.aws_scheduler_schedule ?? {}).flat();
    expect(schedules.length).toBe(3);
    for (const schedule of schedules) {
      const [target = {}] = blocksOf(schedule, "target");
      expect(blocksOf(target, "dead_letter_config")).toEqual([
        { arn: expression("aws_sqs_queue.dead_letter.arn") },
      ]);
    }
  });

  it("restores the database by a command with the settings that RDS does not restore", () => {
    const [restore = ""] =
      /aws rds restore-db-instance-to-point-in-time(?:[^\n]*\\\n)*[^\n]*/.exec(readText("README.md")) ?? [];
    const instance = moduleAt("modules/database").resources.aws_db_instance?.this?.[0] ?? {};
    expect(instance.publicly_accessible).toBe(false);
    expect(restore).toMatch(/ --no-publicly-accessible\b/);
    expect(restore).toContain(` --storage-type ${instance.storage_type} `);
    for (const option of ["db-subnet-group-name", "db-parameter-group-name", "vpc-security-group-ids"])
      expect(restore).toContain(` --${option} `);
  });

  it("gives the logins that schema/logins.sql creates, with passwords that need no escape in its strings", () => {
    const script = readText("../schema/logins.sql");
    const { functions } = rootModule.locals as {
      readonly functions: Readonly<Record<string, { readonly login: string }>>;
    };
    const secret = rootModule.resources.aws_secretsmanager_secret_version?.login?.[0] ?? {};
    expect(String(secret.secret_string_wo)).toMatch(/username = each\.value\.login/);
    const logins = Object.values(functions).map(({ login }) => login);
    expect(new Set(logins).size).toBe(logins.length);
    for (const login of logins) {
      const password = `N'$(${login.replace("plant_", "")}Password)'`;
      expect(script).toContain(`ALTER LOGIN [${login}] WITH PASSWORD = ${password}`);
    }
    // No quote and no bracket or dollar, which T-SQL and sqlcmd would read.
    const passwords = /override_special = "(.*)"/.exec(readText("database.tf"))?.[1];
    expect(passwords).toMatch(/^[-_.~]+$/);
    expect(secret.secret_string_wo_version).toBe(expression("var.password_version"));
  });

  it("has every variable of schema/logins.sql in its README, where the script is run", () => {
    const [, step = ""] = /\*\*3\. Prepare[\s\S]*?```sh\n([\s\S]*?)```/.exec(readText("README.md")) ?? [];
    const variables = new Set(
      [...readText("../schema/logins.sql").matchAll(/\$\((\w+)\)/g)].map(([, name = ""]) => name),
    );
    expect(variables.size).toBeGreaterThanOrEqual(5);
    for (const name of variables) expect(step).toMatch(new RegExp(`\\b${name}=`));
  });

  it("puts no password into the state", () => {
    const lines = modules.flatMap(({ files }) => files.flatMap(({ text }) => text.split("\n")));
    expect(lines).toContain("  manage_master_user_password   = true");
    expect(lines.filter((line) => /^\s*(password|secret_string)\s*=(?!\s*ephemeral\.)/.test(line))).toEqual(
      [],
    );
    expect(lines.filter((line) => /^resource "random_/.test(line))).toEqual([]);
  });
});
