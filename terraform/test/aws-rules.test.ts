import { describe, expect, it } from "vitest";
import contract from "../contract.json" with { type: "json" };
import {
  type Block,
  blocksOf,
  expression,
  moduleAt,
  modules,
  readText,
  rootModule,
} from "./configuration.js";

/** Rules of AWS's own that neither HCL nor the provider's schema knows: what breaks them fails in the middle of an apply. */

interface Resource {
  readonly path: string;
  readonly type: string;
  readonly name: string;
  readonly block: Block;
}

const resources: readonly Resource[] = modules.flatMap(({ path, resources: types }) =>
  Object.entries(types).flatMap(([type, named]) =>
    Object.entries(named).flatMap(([name, blocks]) => blocks.map((block) => ({ path, type, name, block }))),
  ),
);

function resource(type: string, name: string, path = "."): Block {
  const found = resources.find((one) => one.type === type && one.name === name && one.path === path);
  if (found === undefined) throw new Error(`There is no ${type}.${name} in ${path}.`);
  return found.block;
}

function ofType(type: string): readonly Resource[] {
  return resources.filter((one) => one.type === type);
}

const described = /^(.*_)?(description|comment)$|^display_name$/;

interface TextRule {
  readonly characters: RegExp;
  readonly longest: number;
}

const ec2: TextRule = { characters: /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]*$/, longest: 255 };
const printable = /^[\x20-\x7e]*$/;

/** What each service takes as a description, by its API reference. */
const descriptions: Readonly<Record<string, TextRule>> = {
  aws_security_group: ec2,
  aws_vpc_security_group_egress_rule: ec2,
  aws_vpc_security_group_ingress_rule: ec2,
  aws_db_subnet_group: { characters: printable, longest: 255 },
  aws_db_parameter_group: { characters: printable, longest: 255 },
  aws_iam_role: { characters: /^[\t\n\r\x20-\x7e\xa1-\xff]*$/, longest: 1000 },
  aws_lambda_function: { characters: printable, longest: 256 },
  aws_secretsmanager_secret: { characters: printable, longest: 2048 },
  aws_scheduler_schedule: { characters: printable, longest: 512 },
  aws_glue_catalog_database: { characters: printable, longest: 2048 },
  aws_glue_catalog_table: { characters: printable, longest: 2048 },
  aws_athena_workgroup: { characters: printable, longest: 1024 },
  aws_cloudwatch_metric_alarm: { characters: printable, longest: 1024 },
};

/** What an argument can be: a text, or of each value that the resource is made for. */
function textsOf({ path, block }: Resource, value: string): string[] {
  const key = /^\$\{each\.value\.(\w+)\}$/.exec(value)?.[1];
  if (key === undefined) return [value.replaceAll(/\$\{[^}]*\}/g, "")];
  const named = /^\$\{local\.(\w+)\}$/.exec(String(block.for_each))?.[1] ?? "";
  // What is deployed is some of the functions.
  const local = named === "deployed" ? "functions" : named;
  const values = Object.values(moduleAt(path).locals[local] as Readonly<Record<string, Block>>);
  return values.map((one) => String(one[key]));
}

describe("A description", () => {
  const found = resources.flatMap((one) =>
    [one.block, ...Object.values(one.block).flatMap((value) => (Array.isArray(value) ? value : []))]
      .filter((block): block is Block => typeof block === "object" && block !== null)
      .flatMap((block) => Object.entries(block))
      .filter(([key]) => described.test(key))
      .flatMap(([, value]) => textsOf(one, String(value)).map((text) => ({ ...one, text }))),
  );

  it("is on every resource whose type supports one", () => {
    expect(found.length).toBeGreaterThanOrEqual(20);
    expect([...new Set(found.map(({ type }) => type))].filter((type) => !(type in descriptions))).toEqual([]);
  });

  it.each(found)("of $type $name is accepted by its service: $text", ({ type, text }) => {
    const { characters, longest } = descriptions[type] ?? ec2;
    expect(text).toMatch(characters);
    expect(text.length).toBeGreaterThan(0);
    // With room for what an expression puts in.
    expect(text.length).toBeLessThanOrEqual(longest - 60);
  });
});

describe("A change replaces no resource with data:", () => {
  const database = resource("aws_db_instance", "this", "modules/database");

  it("the database keeps its key, and the version that RDS has raised or an import has read", () => {
    expect(database.lifecycle).toEqual([
      {
        ignore_changes: ["engine_version", "kms_key_id", "master_user_secret_kms_key_id"].map(expression),
      },
    ]);
  });

  it("the archive's bucket, whatever becomes of Object Lock", () => {
    expect(Object.keys(resource("aws_s3_bucket", "archive"))).not.toContain("object_lock_enabled");
    expect(resource("aws_s3_bucket_object_lock_configuration", "archive").depends_on).toEqual([
      expression("aws_s3_bucket_versioning.archive"),
    ]);
  });
});

describe("A resource that AWS deletes with its parent is created again with it:", () => {
  it.each([
    ["aws_lambda_function_event_invoke_config", "plant"],
    ["aws_lambda_function_url", "dashboard"],
  ])("the %s of a Lambda that is replaced by one from an image", (type, name) => {
    expect(resource(type, name).lifecycle).toEqual([
      { replace_triggered_by: [expression("aws_lambda_function.plant[each.key].arn")] },
    ]);
  });

  it("every resource that names its parent by an argument that a replacement does not change", () => {
    // Type, and the argument that names the parent; a known name plans no change where an id or ARN does.
    const parents: Readonly<Record<string, string>> = {
      aws_ecr_lifecycle_policy: "repository",
      aws_iam_role_policy: "role",
      aws_s3_bucket_lifecycle_configuration: "bucket",
      aws_s3_bucket_object_lock_configuration: "bucket",
      aws_s3_bucket_policy: "bucket",
      aws_s3_bucket_public_access_block: "bucket",
      aws_s3_bucket_server_side_encryption_configuration: "bucket",
      aws_s3_bucket_versioning: "bucket",
      aws_sns_topic_subscription: "topic_arn",
    };
    for (const { type, block } of resources) {
      const argument = parents[type];
      if (argument !== undefined) expect(block[argument], type).toMatch(/\.(id|arn)\}$/);
    }
  });
});

describe("A name", () => {
  it("of a role or a bucket, which is unique in the account, includes the region", () => {
    const region = /var\.region|local\.region|data\.aws_region\.current\.region/;
    const shared = [...ofType("aws_iam_role"), ...ofType("aws_s3_bucket")];
    expect(shared.length).toBeGreaterThanOrEqual(5);
    for (const { type, name, block } of shared)
      expect(String(block.name ?? block.bucket), `${type}.${name}`).toMatch(region);
  });

  it("of a role or a bucket is within AWS's limit for the longest name and region", () => {
    const longest: Readonly<Record<string, string>> = {
      "var.name": "n".repeat(20),
      "var.region": "ap-northeast-1",
      "local.region": "ap-northeast-1",
      "data.aws_region.current.region": "ap-northeast-1",
      "local.account": "1".repeat(12),
      "each.key": "dashboard",
    };
    for (const { type, name, block } of [...ofType("aws_iam_role"), ...ofType("aws_s3_bucket")]) {
      const text = String(block.name ?? block.bucket).replaceAll(/\$\{([^}]+)\}/g, (_, hcl: string) => {
        const value = longest[hcl];
        if (value === undefined) throw new Error(`${type}.${name} is named after ${hcl}.`);
        return value;
      });
      expect(text.length, text).toBeLessThanOrEqual(type === "aws_s3_bucket" ? 63 : 64);
    }
  });

  it("of a secret, which AWS reserves for 30 days after a deletion, is not reused", () => {
    for (const { name, block } of ofType("aws_secretsmanager_secret")) {
      expect(block.name_prefix, name).toBeDefined();
      expect(block.name, name).toBeUndefined();
    }
  });
});

describe("Every partition:", () => {
  it("no ARN, endpoint or definition names a single partition", () => {
    const texts = [
      ...modules.flatMap(({ files }) => files.map(({ name, text }) => ({ name, text }))),
      ...["pull", "archive"].map((name) => ({ name, text: readText(`modules/fan-out/${name}.asl.json`) })),
    ];
    for (const { name, text } of texts) {
      const code =
        name === "variables.tf" ? text.replaceAll(/(description|error_message) *= ".*"/g, "") : text;
      expect(code, name).not.toMatch(/arn:aws(-[a-z]+)*:/);
      // Of services' names, which are the same everywhere.
      for (const [line] of code.matchAll(/.*amazonaws\.com.*/g))
        expect(line, name).toMatch(/identifiers = \[/);
    }
  });
});

describe("The order of creation:", () => {
  const references = (block: Block): readonly string[] => (block.depends_on ?? []) as readonly string[];

  it("a resource that assumes a role waits for the policy of the role", () => {
    const policies: Readonly<Record<string, string>> = {
      aws_lambda_function: "aws_iam_role_policy.function",
      aws_sfn_state_machine: "aws_iam_role_policy.machine",
      aws_scheduler_schedule: "aws_iam_role_policy.scheduler",
      aws_flow_log: "aws_iam_role_policy.flow_logs",
    };
    const taking = resources.filter(({ block }) => /aws_iam_role\./.test(JSON.stringify(block)));
    for (const { type, name, block } of taking) {
      if (type === "aws_iam_role_policy") continue;
      expect(references(block), `${type}.${name}`).toContain(expression(policies[type] ?? "a policy"));
    }
    expect(taking.length).toBeGreaterThanOrEqual(8);
  });

  it("a resource in a private subnet waits for its route to the internet", () => {
    const [subnets = {}] = moduleAt("modules/network").outputs.private_subnet_ids ?? [];
    expect(references(subnets)).toEqual(
      [
        "aws_route_table_association.public",
        "aws_route_table_association.private",
        "aws_vpc_endpoint.s3",
      ].map(expression),
    );
  });

  it("no schedule starts before the resources that its runs need", () => {
    const needed = [
      "aws_lambda_function_event_invoke_config.plant",
      "aws_secretsmanager_secret_version.login",
      ...Object.keys(rootModule.resources.aws_vpc_security_group_egress_rule ?? {}).map(
        (name) => `aws_vpc_security_group_egress_rule.${name}`,
      ),
      "aws_vpc_security_group_ingress_rule.database",
    ];
    const ofBucket = Object.entries(rootModule.resources)
      .filter(([type]) => /^aws_s3_bucket_(?!lifecycle)/.test(type))
      .flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`));
    expect(ofBucket.length).toBe(5);
    for (const name of ["etl", "alert"])
      expect(references(resource("aws_scheduler_schedule", name)), name).toEqual(
        expect.arrayContaining(needed.map(expression)),
      );
    expect(references(resource("aws_scheduler_schedule", "archive"))).toEqual(
      expect.arrayContaining([...needed, ...ofBucket].map(expression)),
    );
  });

  it("on destroy the Lambdas' security group, which waits for their interfaces, is deleted before the permission to delete these", () => {
    expect(references(resource("aws_security_group", "client"))).toContain(
      expression("aws_iam_role_policy.function"),
    );
  });
});

describe("A number", () => {
  it("of an alarm's periods is within a week, or a day where they are shorter than an hour", () => {
    const literal = ofType("aws_cloudwatch_metric_alarm").map(({ block }) => [
      block.period,
      block.evaluation_periods,
    ]);
    const { alarms } = rootModule.locals as {
      readonly alarms: Readonly<Record<string, { readonly period_s: number; readonly periods: number }>>;
    };
    const all = [
      ...literal,
      ...Object.values(alarms).map(({ period_s, periods }) => [period_s, periods]),
    ].filter((pair): pair is [number, number] => pair.every((value) => typeof value === "number"));
    expect(all.length).toBeGreaterThanOrEqual(8);
    for (const [period, periods] of all) {
      expect(period % 60).toBe(0);
      expect(period * periods).toBeLessThanOrEqual(period < 3600 ? 86_400 : 604_800);
    }
  });

  it("is in the range of its service", () => {
    const ranges: Readonly<Record<string, readonly [low: number, high: number]>> = {
      "aws_sqs_queue.message_retention_seconds": [60, 1_209_600],
      "aws_scheduler_schedule.maximum_retry_attempts": [0, 185],
      "aws_scheduler_schedule.maximum_event_age_in_seconds": [60, 86_400],
      "aws_lambda_function_event_invoke_config.retries": [0, 2],
      "aws_lambda_function_event_invoke_config.longest_wait_s": [60, 21_600],
      "aws_lambda_function.timeout_s": [1, 900],
      "aws_db_instance.backup_retention_period": [1, 35],
    };
    const texts = modules
      .flatMap(({ files }) => files.map(({ text }) => text.replaceAll(/#.*/g, "")))
      .join("\n");
    for (const [what, [low, high]] of Object.entries(ranges)) {
      const argument = what.split(".")[1] ?? "";
      const values = [...texts.matchAll(new RegExp(`\\b${argument} *= *(\\d+)`, "g"))].map(([, value]) =>
        Number(value),
      );
      expect(values.length, what).toBeGreaterThan(0);
      for (const value of values) {
        expect(value, what).toBeGreaterThanOrEqual(low);
        expect(value, what).toBeLessThanOrEqual(high);
      }
    }
  });
});

describe("A distributed map", () => {
  const [document = {}] = moduleAt("modules/fan-out").data.aws_iam_policy_document?.machine ?? [];
  const statement = (sid: string) => blocksOf(document, "statement").find((one) => one.sid === sid);

  it("may describe its items' executions by both names that AWS has for them", () => {
    const machine = `${expression("local.states")}:execution:${expression("var.name")}-${expression("each.key")}`;
    expect(statement("RunningItems")?.resources).toEqual([`${machine}:*`, `${machine}/*`]);
  });

  it("logs the failures of executions that keep no history, and has the permission to", () => {
    const machine = resource("aws_sfn_state_machine", "this", "modules/fan-out");
    expect(blocksOf(machine, "logging_configuration")).toEqual([
      {
        level: "ERROR",
        include_execution_data: true,
        log_destination: `${expression("aws_cloudwatch_log_group.machine[each.key].arn")}:*`,
      },
    ]);
    for (const action of (statement("LogDelivery")?.actions ?? ["none"]) as string[])
      expect(contract.platform["fan-out"]).toContain(action);
    expect(resource("aws_cloudwatch_log_group", "machine", "modules/fan-out").name).toMatch(
      /^\/aws\/vendedlogs\//,
    );
  });
});

describe("A key of the customer's", () => {
  it("encrypts every resource whose type supports a key", () => {
    const argument: Readonly<Record<string, string>> = {
      aws_cloudwatch_log_group: "kms_key_id",
      aws_db_instance: "kms_key_id",
      aws_secretsmanager_secret: "kms_key_id",
      aws_sns_topic: "kms_master_key_id",
      aws_sqs_queue: "kms_master_key_id",
    };
    const encrypted = resources.filter(({ type }) => type in argument);
    expect(encrypted.length).toBeGreaterThanOrEqual(7);
    for (const { type, name, block } of encrypted)
      expect(block[argument[type] ?? ""], `${type}.${name}`).toBe(expression("var.kms_key_arn"));
  });

  it("may replace an earlier key: reading data under the earlier key stays allowed", () => {
    const readers = ["LoginKey", "ReadingKey"].map((sid) =>
      ["function", "archive"]
        .flatMap((name) => rootModule.data.aws_iam_policy_document?.[name] ?? [])
        .flatMap((document) => (document.statement ?? []) as readonly Block[])
        .find((one) => one.sid === sid),
    );
    for (const reader of readers) {
      expect(reader?.resources).toBe(expression("local.former_and_present_keys"));
      const conditions = blocksOf(reader ?? {}, "condition").map(({ variable }) => variable);
      expect(conditions).toContain("kms:ViaService");
      expect(conditions.join()).toMatch(/kms:EncryptionContext:/);
    }
  });
});

describe("A tagged image", () => {
  it("does not expire", () => {
    const policy = String(resource("aws_ecr_lifecycle_policy", "plant").policy);
    const selections = [...policy.matchAll(/tagStatus\s*=\s*"(\w+)"/g)].map(([, status]) => status);
    expect(selections).toEqual(["untagged"]);
  });
});

describe("The new database", () => {
  it("changes its class at once, not in the next maintenance window", () => {
    expect(resource("aws_db_instance", "this", "modules/database").apply_immediately).toBe(true);
  });

  it("is in no zone that Lambda or RDS lacks", () => {
    const [zones] = moduleAt("modules/network").data.aws_availability_zones?.available ?? [];
    expect(zones?.exclude_zone_ids).toContain("use1-az3");
  });
});
