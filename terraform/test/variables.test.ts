import { describe, expect, it } from "vitest";
import { refusedVariables } from "./variables.js";

const network = { vpc_id: "vpc-0a1b2c3d", subnet_ids: ["subnet-0a1b2c3d", "subnet-1a1b2c3d"] };
const database = { host: "db.example.org", security_group_id: "sg-0a1b2c3d" };
const fanOut = { last_plant: 250_000, pull_concurrency: 40 };

function fannedOut(values: object): object {
  return { fan_out: { ...fanOut, ...values }, concurrency: 64 };
}

describe("The variables accept", () => {
  it.each<[string, object]>([
    ["the defaults", {}],
    ["the longest name", { name: "a2345678901234567890" }],
    ["a name with single hyphens", { name: "plant-a-2" }],
    ["names that only resemble AWS's own", { name: "sgx" }],
    ["a region of another partition", { region: "us-gov-west-1" }],
    ["a region of China", { region: "cn-north-1" }],
    ["an image", { image_tag: "1.0.0", architecture: "x86_64" }],
    ["a list of plants", { plants: "0-50,60,70-70" }],
    ["a fan-out", fannedOut({})],
    [
      "a fan-out with as much reserved as it takes",
      { ...fannedOut({}), reserved_concurrency: { etl: 40, archive: 4 } },
    ],
    ["a share of tolerated failures", fannedOut({ tolerated_failure_percentage: 0.5 })],
    [
      "mail, a page, and webhooks",
      { ses_sender: "plants@example.org", page_url: "https://plants.example.org/" },
    ],
    [
      "webhooks",
      { webhooks: ["https://example.org/hook?token=a", "slack+https://hooks.slack.com/services/a"] },
    ],
    ["an existing network", { network }],
    ["an existing network and database", { network, database: { ...database, port: 14330 } }],
    ["flow logs of its own network", { flow_logs: true }],
    ["logs for ever", { log_retention_days: 0 }],
    ["logs for ten years", { log_retention_days: 3653 }],
    ["Web edition on the smallest class for it", { new_database: { engine: "sqlserver-web" } }],
    ["Standard edition", { new_database: { engine: "sqlserver-se", instance_class: "db.m6i.large" } }],
    [
      "Standard edition, burstable",
      { new_database: { engine: "sqlserver-se", instance_class: "db.t3.xlarge" } },
    ],
    ["Enterprise edition", { new_database: { engine: "sqlserver-ee", instance_class: "db.x2iedn.2xlarge" } }],
    [
      "Enterprise edition on the one family whose large has it",
      { new_database: { engine: "sqlserver-ee", instance_class: "db.r5b.large" } },
    ],
    ["Express edition on the largest class for it", { new_database: { instance_class: "db.t3.xlarge" } }],
    ["storage that may grow by a tenth", { new_database: { storage_gb: 100, max_storage_gb: 110 } }],
    ["a key in its region", { kms_key_arn: "arn:aws:kms:eu-west-2:123456789012:key/mrk-0a1b" }],
    ["Object Lock", { object_lock_days: 400 }],
    ["the longest retention", { retention: "3650d" }],
  ])("%s", (_what, values) => {
    expect(refusedVariables(values as Record<string, unknown>)).toEqual([]);
  });
});

describe("The variables refuse, before AWS does,", () => {
  it.each<[string, object, string]>([
    ["two hyphens, which RDS and ECR refuse", { name: "a--b" }, "name"],
    ["a hyphen last", { name: "plant-" }, "name"],
    ["a digit first", { name: "1plant" }, "name"],
    ["a capital letter", { name: "Plant" }, "name"],
    ["one letter", { name: "p" }, "name"],
    ["21 letters", { name: "a23456789012345678901" }, "name"],
    ["a group that RDS and Scheduler have", { name: "default" }, "name"],
    ["a security group sg-…", { name: "sg" }, "name"],
    ["a security group sg-…-client", { name: "sg-plant" }, "name"],
    ["a bucket sthree-…", { name: "sthree" }, "name"],
    ["a bucket amzn-s3-demo-…", { name: "amzn-s3-demo" }, "name"],
    ["memory of a fraction", { memory_mb: { etl: 512.5 } }, "memory_mb"],
    ["a Lambda that never runs", { reserved_concurrency: { etl: 0 } }, "reserved_concurrency"],
    ["a fraction of an execution", { reserved_concurrency: { etl: 1.5 } }, "reserved_concurrency"],
    [
      "one archive Lambda for four hours at once",
      { ...fannedOut({}), reserved_concurrency: { archive: 1 } },
      "reserved_concurrency",
    ],
    [
      "fewer ETL Lambdas than shards at once",
      { ...fannedOut({}), reserved_concurrency: { etl: 39 } },
      "reserved_concurrency",
    ],
    ["a retention that CloudWatch does not accept", { log_retention_days: 31 }, "log_retention_days"],
    ["an address with a space", { api_url: "https://api.example.org/a b" }, "api_url"],
    ["an address with a port", { api_url: "https://api.example.org:8443/plants" }, "api_url"],
    ["a range that runs backward", { plants: "1-3,50-1" }, "plants"],
    ["a plant id that does not fit the database column", { plants: "2147483648" }, "plants"],
    ["more plants than the limit of a run", { plants: "0-1000000" }, "plants"],
    ["a list too long for a Lambda's environment", { plants: Array(1000).fill("1-2").join(",") }, "plants"],
    ["a retention of ten years and a day", { retention: "3651d" }, "retention"],
    ["a retention of as many hours", { retention: "87601h" }, "retention"],
    ["shards of no plant", fannedOut({ shard_size: 0 }), "fan_out"],
    ["shards of a fraction", fannedOut({ shard_size: 1.5 }), "fan_out"],
    ["shards of fewer than none", fannedOut({ shard_size: -5 }), "fan_out"],
    ["no first plant", fannedOut({ first_plant: 0 }), "fan_out"],
    ["half a plant", fannedOut({ last_plant: 10.5 }), "fan_out"],
    ["a last plant before the first", fannedOut({ first_plant: 5, last_plant: 4 }), "fan_out"],
    ["a last plant that the database cannot hold", fannedOut({ last_plant: 2_147_483_648 }), "fan_out"],
    ["more shards than a map hands on", fannedOut({ shard_size: 50 }), "fan_out"],
    ["no shard at once", fannedOut({ pull_concurrency: 0 }), "fan_out"],
    ["more at once than Step Functions starts", fannedOut({ pull_concurrency: 10_001 }), "fan_out"],
    ["no hour", fannedOut({ archive_hours: 0 }), "fan_out"],
    ["half an hour", fannedOut({ archive_hours: 0.5 }), "fan_out"],
    ["more hours than a map hands on", fannedOut({ archive_hours: 9000 }), "fan_out"],
    ["no hour at once", fannedOut({ archive_concurrency: 0 }), "fan_out"],
    ["more than all", fannedOut({ tolerated_failure_percentage: 101 }), "fan_out"],
    ["a shard that takes a Lambda too long", { fan_out: fanOut, concurrency: 8 }, "fan_out"],
    ["a sender that is no address", { ses_sender: "plants" }, "ses_sender"],
    ["a webhook without TLS", { webhooks: ["http://example.org/hook"] }, "webhooks"],
    ["two webhooks in one", { webhooks: ["https://a.example.org https://b.example.org"] }, "webhooks"],
    [
      "a webhook longer than an environment allows",
      { webhooks: [`https://a/${"b".repeat(250)}`] },
      "webhooks",
    ],
    ["nine webhooks", { webhooks: Array(9).fill("https://example.org/hook") }, "webhooks"],
    ["a page without a scheme", { page_url: "plants.example.org" }, "page_url"],
    ["a page with a long address", { page_url: `https://a/${"b".repeat(510)}` }, "page_url"],
    ["a network by its name", { network: { ...network, vpc_id: "museum" } }, "network"],
    ["one subnet", { network: { ...network, subnet_ids: ["subnet-0a1b2c3d"] } }, "network"],
    [
      "one subnet twice",
      { network: { ...network, subnet_ids: Array(2).fill("subnet-0a1b2c3d") } },
      "network",
    ],
    ["a subnet by its name", { network: { ...network, subnet_ids: ["private-a", "private-b"] } }, "network"],
    ["flow logs of a network that is there", { network, flow_logs: true }, "flow_logs"],
    ["a database without its network", { database }, "database"],
    ["a host with its port", { network, database: { ...database, host: "db.example.org:1433" } }, "database"],
    ["no port", { network, database: { ...database, port: 0 } }, "database"],
    [
      "a security group by its name",
      { network, database: { ...database, security_group_id: "db" } },
      "database",
    ],
    ["another engine", { new_database: { engine: "postgres" } }, "new_database"],
    ["a class that is none", { new_database: { instance_class: "t3.small" } }, "new_database"],
    ["AWS's own processor", { new_database: { instance_class: "db.t4g.medium" } }, "new_database"],
    ["AWS's own processor with disks", { new_database: { instance_class: "db.m6gd.large" } }, "new_database"],
    [
      "Web on micro",
      { new_database: { engine: "sqlserver-web", instance_class: "db.t3.micro" } },
      "new_database",
    ],
    ["Express on more than it can use", { new_database: { instance_class: "db.m6i.large" } }, "new_database"],
    [
      "Web on 12xlarge",
      { new_database: { engine: "sqlserver-web", instance_class: "db.r6i.12xlarge" } },
      "new_database",
    ],
    [
      "Standard on 16xlarge",
      { new_database: { engine: "sqlserver-se", instance_class: "db.m6i.16xlarge" } },
      "new_database",
    ],
    [
      "Web on the largest memory",
      { new_database: { engine: "sqlserver-web", instance_class: "db.x1e.xlarge" } },
      "new_database",
    ],
    [
      "Standard on four GB",
      { new_database: { engine: "sqlserver-se", instance_class: "db.t3.medium" } },
      "new_database",
    ],
    ["Standard on small", { new_database: { engine: "sqlserver-se" } }, "new_database"],
    ["Enterprise on small", { new_database: { engine: "sqlserver-ee" } }, "new_database"],
    [
      "Enterprise on two processors",
      { new_database: { engine: "sqlserver-ee", instance_class: "db.r6i.large" } },
      "new_database",
    ],
    ["storage of a fraction", { new_database: { storage_gb: 20.5 } }, "new_database"],
    ["too little storage", { new_database: { storage_gb: 19 } }, "new_database"],
    ["too much storage", { new_database: { max_storage_gb: 16_385 } }, "new_database"],
    [
      "storage that may hardly grow",
      { new_database: { storage_gb: 100, max_storage_gb: 101 } },
      "new_database",
    ],
    ["SQL Server's own database", { database_name: "Master" }, "database_name"],
    ["RDS's own database", { database_name: "rdsadmin" }, "database_name"],
    ["SQL Server's own schema", { database_schema: "sys" }, "database_schema"],
    ["half a version", { password_version: 1.5 }, "password_version"],
    ["no day", { object_lock_days: 0 }, "object_lock_days"],
    ["half a day", { object_lock_days: 1.5 }, "object_lock_days"],
    ["more than a hundred years", { object_lock_days: 36_501 }, "object_lock_days"],
    ["a key by its alias", { kms_key_arn: "arn:aws:kms:eu-west-2:123456789012:alias/plant" }, "kms_key_arn"],
    [
      "a key of another region",
      { kms_key_arn: "arn:aws:kms:eu-west-1:123456789012:key/0a1b" },
      "kms_key_arn",
    ],
  ])("%s", (_what, values, variable) => {
    expect(refusedVariables(values as Record<string, unknown>)).toEqual([variable]);
  });
});
