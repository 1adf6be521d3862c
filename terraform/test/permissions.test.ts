import { describe, expect, it } from "vitest";
import contract from "../contract.json" with { type: "json" };
import { type Block, blocksOf, expression, moduleAt, modules, rootModule } from "./configuration.js";

const fanOut = moduleAt("modules/fan-out");
const network = moduleAt("modules/network");
const everything = modules.flatMap(({ resources }) => Object.entries(resources));
const files = modules.flatMap((module) => module.files);

function policy(module: typeof rootModule, name: string): readonly Block[] {
  const [document] = module.data.aws_iam_policy_document?.[name] ?? [];
  if (document === undefined) throw new Error(`There is no policy ${name}.`);
  return blocksOf(document, "statement");
}

function allowed(...statements: readonly Block[]): readonly string[] {
  const actions = statements
    .filter(({ effect }) => effect !== "Deny")
    .flatMap((statement) => statement.actions as readonly string[]);
  return [...new Set(actions)].sort();
}

function agreed(role: "etl" | "archive" | "alert" | "dashboard"): readonly string[] {
  return [...new Set([...Object.values(contract.calls[role]).flat(), ...contract.platform[role]])].sort();
}

describe("A role", () => {
  it("of the ETL Lambda may do what the code calls and the platform needs, no more and no less", () => {
    expect(allowed(...policy(rootModule, "function"))).toEqual(agreed("etl"));
  });

  it("of the archive Lambda may do what the code calls and the platform needs, no more and no less", () => {
    const statements = [...policy(rootModule, "function"), ...policy(rootModule, "archive")];
    expect(allowed(...statements)).toEqual(agreed("archive"));
  });

  it("of the alert Lambda may do what the code calls and the platform needs, no more and no less", () => {
    const statements = [...policy(rootModule, "function"), ...policy(rootModule, "alert")];
    expect(allowed(...statements)).toEqual(agreed("alert"));
  });

  it("of the alert Lambda publishes to the topic of the plants alone, and mails as the sender alone", () => {
    const statement = (sid: string) => policy(rootModule, "alert").find((one) => one.sid === sid) ?? {};
    expect(statement("Topic").resources).toEqual([expression("aws_sns_topic.plants.arn")]);
    expect(blocksOf(statement("Mail"), "condition")).toEqual([
      { test: "StringEquals", variable: "ses:FromAddress", values: [expression("statement.value")] },
    ]);
    const [{ dynamic } = {}] = rootModule.data.aws_iam_policy_document?.alert ?? [];
    expect(JSON.stringify(dynamic)).toContain("var.ses_sender == null ? [] : [var.ses_sender]");
  });

  it("of the dashboard Lambda may do what the code calls and the platform needs, and reads daily summaries alone", () => {
    const own = policy(rootModule, "dashboard");
    expect(allowed(...policy(rootModule, "function"), ...own)).toEqual(agreed("dashboard"));
    const summaries = own.find(({ sid }) => sid === "Summaries");
    expect(summaries?.resources).toEqual([
      `${expression("aws_s3_bucket.archive.arn")}/plant_daily_summary/*`,
    ]);
  });

  it("of the scheduler and of the state machines may start their targets", () => {
    expect(allowed(...policy(rootModule, "scheduler"))).toEqual(contract.platform.scheduler);
    expect(allowed(...policy(fanOut, "machine"))).toEqual(contract.platform["fan-out"]);
    expect(allowed(...policy(network, "flow_logs"))).toEqual(contract.platform["flow-logs"]);
  });

  it("has no permission but by the policies that these tests compare", () => {
    const names = modules.flatMap(({ data }) => Object.keys(data.aws_iam_policy_document ?? {}));
    expect(names.sort()).toEqual(
      [
        ...[
          "alert",
          "archive",
          "archive_bucket",
          "dashboard",
          "assume",
          "assume",
          "assume",
          "flow_logs",
          "function",
        ],
        ...["machine", "s3_endpoint", "scheduler"],
      ].sort(),
    );
    const kinds = everything.map(([kind]) => kind).filter((kind) => kind.startsWith("aws_iam_"));
    expect([...new Set(kinds)].sort()).toEqual(["aws_iam_role", "aws_iam_role_policy"]);
    expect(everything.map(([kind]) => kind)).not.toContain("aws_lambda_permission");
  });

  it("that allows names every action and every resource, or has a comment with the reason", () => {
    for (const { name, text } of files) {
      const lines = text.split("\n");
      lines.forEach((line, index) => {
        if (/resources\s*=\s*\["\*"\]/.test(line)) expect(lines[index - 1], name).toMatch(/# \* because \w+/);
      });
    }
    for (const { data } of modules)
      for (const [document] of Object.values(data.aws_iam_policy_document ?? {}))
        for (const action of allowed(...blocksOf(document ?? {}, "statement")))
          expect(action).not.toContain("*");
  });
});

describe("Nothing is public:", () => {
  it("every bucket refuses public access and connections without TLS", () => {
    const { resources } = rootModule;
    for (const name of Object.keys(resources.aws_s3_bucket ?? {})) {
      const block = resources.aws_s3_bucket_public_access_block?.[name]?.[0];
      expect(block, name).toMatchObject({
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
      });
      const [statement] = policy(rootModule, `${name}_bucket`);
      expect(statement).toMatchObject({ effect: "Deny", actions: ["s3:*"] });
      expect(statement?.condition).toEqual([
        { test: "Bool", variable: "aws:SecureTransport", values: ["false"] },
      ]);
    }
  });

  it("the database has no public address, and admits the Lambdas' security group alone", () => {
    const { resources } = moduleAt("modules/database");
    expect(resources.aws_db_instance?.this?.[0]?.publicly_accessible).toBe(false);
    const rules = modules.flatMap(({ resources: { aws_vpc_security_group_ingress_rule: found = {} } }) =>
      Object.values(found).flat(),
    );
    expect(rules.map((rule) => rule.referenced_security_group_id)).toEqual([
      expression("aws_security_group.client.id"),
    ]);
    for (const { resources: found } of modules)
      for (const [group] of Object.values(found.aws_security_group ?? {}))
        expect(Object.keys(group ?? {})).not.toContain("ingress");
  });

  it("a Lambda's URL admits only requests signed with IAM", () => {
    const urls = modules.flatMap(({ resources: { aws_lambda_function_url: found = {} } }) =>
      Object.values(found).flat(),
    );
    expect(urls.map((url) => url.authorization_type)).toEqual(["AWS_IAM"]);
    for (const url of urls) expect(Object.keys(url)).not.toContain("cors");
  });

  it("no subnet assigns a public address, and no bucket has a list of its own", () => {
    const opens = /map_public_ip_on_launch|public-read|aws_s3_bucket_acl/;
    expect(files.filter(({ text }) => opens.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it("a resource's policy for every principal denies, and never allows", () => {
    for (const { data } of modules)
      for (const [name, [document]] of Object.entries(data.aws_iam_policy_document ?? {}))
        for (const statement of blocksOf(document ?? {}, "statement"))
          for (const { identifiers } of blocksOf(statement, "principals"))
            if ((identifiers as readonly string[]).includes("*") && name !== "s3_endpoint")
              expect(statement.effect).toBe("Deny");
  });

  it("the S3 endpoint admits this account to its archive with what the archive does, and anybody to Amazon's packages", () => {
    const [archive, packages, ...others] = policy(network, "s3_endpoint");
    expect(others).toEqual([]);
    expect(allowed(archive ?? {})).toEqual(agreed("archive").filter((action) => action.startsWith("s3:")));
    expect(archive?.resources).toEqual([
      expression("var.archive_bucket_arn"),
      `${expression("var.archive_bucket_arn")}/*`,
    ]);
    expect(archive?.condition).toEqual([
      {
        test: "StringEquals",
        variable: "aws:PrincipalAccount",
        values: [expression("data.aws_caller_identity.current.account_id")],
      },
    ]);
    expect(allowed(packages ?? {})).toEqual(["s3:GetObject"]);
    for (const resource of (packages?.resources ?? ["none"]) as string[])
      expect(resource).toMatch(/:s3:::al2023-repos-/);
    expect(network.resources.aws_vpc_endpoint?.s3?.[0]?.policy).toBe(
      expression("data.aws_iam_policy_document.s3_endpoint.json"),
    );
  });
});
