variable "name" {
  description = "The prefix of the names of all resources: 2 to 20 lowercase letters, digits and single hyphens."
  type        = string
  default     = "plant"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.name)) && length(var.name) >= 2 && length(var.name) <= 20
    error_message = "The name has 2 to 20 lowercase letters, digits and single hyphens, a letter first and no hyphen last."
  }
  validation {
    # RDS and EventBridge Scheduler have a group `default`, EC2 refuses security groups sg-..., and S3 reserves the others.
    condition     = var.name != "default" && !can(regex("^(sg|sthree|amzn-s3-demo)(-|$)", var.name))
    error_message = "AWS reserves the name `default`, and names that are or begin with `sg-`, `sthree-` or `amzn-s3-demo-`."
  }
}

variable "region" {
  description = "The AWS region of everything."
  type        = string
  default     = "eu-west-2"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like eu-west-2."
  }
}

# What runs

variable "lambda_zip" {
  description = "The zip with all handlers, as `npm run build` makes it. Ignored when image_tag is given."
  type        = string
  default     = "../runners/lambda/dist/plant-lambda.zip"

  validation {
    condition     = endswith(var.lambda_zip, ".zip")
    error_message = "This is not the name of a zip file."
  }
}

variable "image_tag" {
  description = "The tag of the image in this configuration's ECR repository that all Lambdas run; null for the zip."
  type        = string
  default     = null

  validation {
    condition     = var.image_tag == null || can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag))
    error_message = "A tag has up to 128 letters, digits, underscores, dots and hyphens."
  }
}

variable "architecture" {
  description = "The processor of all Lambdas, arm64 or x86_64. The zip runs on either; an image has to be built for it."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "The architecture is arm64 or x86_64."
  }
}

variable "memory_mb" {
  description = "Memory of each Lambda in MB, 128 to 10240; the share of processors grows with it, one at 1769."
  type = object({
    etl       = optional(number, 512)
    archive   = optional(number, 1769)
    alert     = optional(number, 512)
    dashboard = optional(number, 1769)
  })
  default = {}

  validation {
    condition     = alltrue([for mb in values(var.memory_mb) : mb >= 128 && mb <= 10240 && floor(mb) == mb])
    error_message = "Memory is an integer of MB from 128 to 10240."
  }
}

variable "reserved_concurrency" {
  description = "Executions at once that each Lambda is limited to, and that are kept free for it; -1 for none. An account needs 100 more than the sum."
  type = object({
    etl       = optional(number, -1)
    archive   = optional(number, -1)
    alert     = optional(number, -1)
    dashboard = optional(number, -1)
  })
  default = {}

  validation {
    condition     = alltrue([for number in values(var.reserved_concurrency) : number == -1 || number >= 1 && floor(number) == number])
    error_message = "Reserved concurrency is an integer from 1, or -1 for none. With 0 a Lambda never runs: use `paused`."
  }
  validation {
    condition = var.fan_out == null ? true : alltrue([
      var.reserved_concurrency.etl == -1 || var.reserved_concurrency.etl >= var.fan_out.pull_concurrency,
      var.reserved_concurrency.archive == -1 || var.reserved_concurrency.archive >= var.fan_out.archive_concurrency,
    ])
    error_message = "Lambda would refuse a part of the fan-out: reserve as much as pull_concurrency and archive_concurrency, or more."
  }
}

variable "log_level" {
  description = "The lowest level that all Lambdas log: DEBUG, INFO, WARN or ERROR."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["DEBUG", "INFO", "WARN", "ERROR"], var.log_level)
    error_message = "The log level is DEBUG, INFO, WARN or ERROR."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept: one of the numbers that CloudWatch accepts; 0 for ever."
  type        = number
  default     = 30

  validation {
    condition     = contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days, or with 0 for ever."
  }
}

# What is pulled and kept

variable "api_url" {
  description = "The museum's plant API; requests go to <api_url>/<plant id>, over HTTPS and port 443."
  type        = string
  default     = "https://tools.sigmalabs.co.uk/api/plants"

  validation {
    condition     = can(regex("^https://[A-Za-z0-9.-]+(/[^?#[:space:]]*)?$", var.api_url)) && length(var.api_url) <= 1024
    error_message = "The API is an https address without a port, a user or a query, of up to 1,024 characters."
  }
}

variable "plants" {
  description = "The plants to pull: ids and ranges such as 1-50,60, or discover. Ignored when fan_out is given."
  type        = string
  default     = "discover"

  validation {
    condition     = can(regex("^(discover|[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*)$", var.plants))
    error_message = "Plants are written like 1-50,60, or discover."
  }
  validation {
    condition = var.plants == "discover" ? true : try(alltrue([
      for range in split(",", var.plants) : tonumber(split("-", range)[0]) <= tonumber(reverse(split("-", range))[0])
    ]), false)
    error_message = "A range begins with its lower id, such as 1-50."
  }
  validation {
    condition     = alltrue([for id in regexall("[0-9]+", var.plants) : tonumber(id) <= 2147483647])
    error_message = "A plant's id must not exceed 2147483647."
  }
  validation {
    condition = var.plants == "discover" ? true : try(sum([
      for range in split(",", var.plants) : tonumber(reverse(split("-", range))[0]) - tonumber(split("-", range)[0]) + 1
    ]) <= 1000000, false)
    error_message = "The list must not exceed 1,000,000 plants, the limit of a run."
  }
  validation {
    condition     = length(var.plants) <= 2048
    error_message = "A Lambda's environment holds 4 KB in all: write up to 2,048 characters, with ranges."
  }
}

variable "concurrency" {
  description = "Requests that one ETL Lambda has under way at once, 1 to 1000."
  type        = number
  default     = 8

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 1000 && floor(var.concurrency) == var.concurrency
    error_message = "Concurrency is an integer from 1 to 1000."
  }
}

variable "retention" {
  description = "Readings older than this are deleted from the database once they are in a verified file: hours or days, such as 24h."
  type        = string
  default     = "24h"

  validation {
    condition     = can(regex("^[1-9][0-9]*[hd]$", var.retention))
    error_message = "A duration is written like 24h or 7d."
  }
  validation {
    condition     = try(tonumber(regex("^[0-9]+", var.retention)) * (endswith(var.retention, "d") ? 24 : 1) <= 87600, false)
    error_message = "The longest duration is 3650d."
  }
}

variable "paused" {
  description = "Whether the schedules are disabled: before the database is ready, or during maintenance."
  type        = bool
  default     = false
}

variable "fan_out" {
  description = "Spreads the roster and the hours over many Lambdas by Step Functions; null for one Lambda for everything. See docs/scale.md."
  type = object({
    first_plant                  = optional(number, 1)
    last_plant                   = number
    shard_size                   = optional(number, 2000)
    pull_concurrency             = optional(number, 100)
    archive_hours                = optional(number, 48)
    archive_concurrency          = optional(number, 4)
    tolerated_failure_percentage = optional(number, 10)
  })
  default = null

  validation {
    condition = var.fan_out == null ? true : alltrue([
      for key in ["first_plant", "last_plant", "shard_size", "pull_concurrency", "archive_hours", "archive_concurrency"] :
      floor(var.fan_out[key]) == var.fan_out[key]
    ])
    error_message = "The numbers of a fan-out must be integers; only tolerated_failure_percentage may have a fraction."
  }
  validation {
    condition     = var.fan_out == null ? true : 1 <= var.fan_out.first_plant && var.fan_out.first_plant <= var.fan_out.last_plant && var.fan_out.last_plant <= 2147483647
    error_message = "first_plant must be from 1 to last_plant, and last_plant must not exceed 2147483647."
  }
  validation {
    condition     = var.fan_out == null ? true : var.fan_out.shard_size >= 1
    error_message = "A shard has one plant or more."
  }
  validation {
    # The output of a map is limited to 256 KiB; a shard takes 70 bytes.
    condition     = try(var.fan_out == null ? true : (var.fan_out.last_plant - var.fan_out.first_plant + 1) / var.fan_out.shard_size <= 3500, false)
    error_message = "A fan-out must not exceed 3,500 shards: raise shard_size, or deploy twice (docs/scale.md)."
  }
  validation {
    condition     = var.fan_out == null ? true : var.fan_out.pull_concurrency >= 1 && var.fan_out.pull_concurrency <= 10000
    error_message = "pull_concurrency is from 1 to 10000."
  }
  validation {
    # As with shards: 30 bytes an hour.
    condition     = var.fan_out == null ? true : var.fan_out.archive_hours >= 1 && var.fan_out.archive_hours <= 8000
    error_message = "archive_hours is from 1 to 8000."
  }
  validation {
    condition     = var.fan_out == null ? true : var.fan_out.archive_concurrency >= 1 && var.fan_out.archive_concurrency <= 24
    error_message = "archive_concurrency is from 1 to 24."
  }
  validation {
    condition     = var.fan_out == null ? true : var.fan_out.tolerated_failure_percentage >= 0 && var.fan_out.tolerated_failure_percentage <= 100
    error_message = "tolerated_failure_percentage is from 0 to 100."
  }
  validation {
    # A run sends requests for 44 s of its Lambda's 55, and a response takes 0.2 s, as docs/scale.md assumes.
    condition     = var.fan_out == null ? true : ceil(var.fan_out.shard_size / var.concurrency) * 0.2 < 44
    error_message = "A shard has more plants than a Lambda can request in its 44 s: raise concurrency (docs/scale.md takes 64), or lower shard_size."
  }
}

# Who is told what a plant needs, besides the subscribers of the topic `plants`

variable "ses_sender" {
  description = "The address, verified in SES in this region, from which each plant's botanist is mailed; null for no mail."
  type        = string
  default     = null

  validation {
    condition     = var.ses_sender == null || can(regex("^[^@[:space:]]+@[^@[:space:]]+$", var.ses_sender))
    error_message = "This is not an e-mail address."
  }
}

variable "webhooks" {
  description = "URLs that alerts are posted to: https://…, or slack+https://… for Slack. They are in the state and in the Lambda's environment."
  type        = list(string)
  default     = []
  sensitive   = true

  validation {
    condition     = alltrue([for url in var.webhooks : can(regex("^(slack[+])?https://[^[:space:]/]+(/[^[:space:]]*)?$", url)) && length(url) <= 256])
    error_message = "A webhook is an https address of up to 256 characters, with slack+ before it for Slack."
  }
  validation {
    condition     = length(var.webhooks) <= 8
    error_message = "There are up to 8 webhooks."
  }
}

variable "dashboard" {
  description = "Whether a Lambda serves the page of the plants, by a function URL for requests signed with IAM."
  type        = bool
  default     = false
}

variable "page_url" {
  description = "The address at which people see the page, for links in messages; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.page_url == null || can(regex("^https?://[^[:space:]]+$", var.page_url))
    error_message = "A page has an http or https address."
  }
  validation {
    condition     = var.page_url == null ? true : length(var.page_url) <= 512
    error_message = "The address of the page has up to 512 characters."
  }
}

# Where it is

variable "network" {
  description = "An existing VPC, and two or more of its private subnets with a way to the internet; null makes one."
  type = object({
    vpc_id     = string
    subnet_ids = list(string)
  })
  default = null

  validation {
    condition     = var.network == null ? true : can(regex("^vpc-[0-9a-f]+$", var.network.vpc_id))
    error_message = "A VPC is given by its id, vpc-0123456789abcdef0."
  }
  validation {
    condition     = var.network == null ? true : alltrue([for id in var.network.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "A subnet is given by its id, subnet-0123456789abcdef0."
  }
  validation {
    condition     = var.network == null ? true : length(distinct(var.network.subnet_ids)) >= 2 && length(var.network.subnet_ids) <= 16
    error_message = "Give 2 to 16 subnets, in two or more availability zones."
  }
}

variable "flow_logs" {
  description = "Whether the connections in the VPC that is made are logged: addresses, ports and sizes. An existing VPC has its own."
  type        = bool
  default     = false

  validation {
    condition     = !(var.flow_logs && var.network != null)
    error_message = "The flow logs of an existing VPC are not made here: leave out flow_logs, or network."
  }
}

variable "database" {
  description = "An existing SQL Server in that network, with the security group that is to admit the Lambdas; null makes one on RDS."
  type = object({
    host              = string
    port              = optional(number, 1433)
    security_group_id = string
  })
  default = null

  validation {
    condition     = var.database == null || var.network != null
    error_message = "An existing database is reached in an existing network: give network too."
  }
  validation {
    condition     = var.database == null ? true : can(regex("^[A-Za-z0-9.-]+$", var.database.host))
    error_message = "A host is a name or an IPv4 address; the port is given by itself."
  }
  validation {
    condition     = var.database == null ? true : var.database.port >= 1 && var.database.port <= 65535 && floor(var.database.port) == var.database.port
    error_message = "A port is an integer from 1 to 65535."
  }
  validation {
    condition     = var.database == null ? true : can(regex("^sg-[0-9a-f]+$", var.database.security_group_id))
    error_message = "A security group is given by its id, sg-0123456789abcdef0."
  }
}

variable "new_database" {
  description = "The RDS SQL Server to create: edition (sqlserver-ex, -web, -se or -ee), instance class, and storage in GB, initial and maximum. Storage can only grow, by 10 % or more; another engine creates another, empty instance."
  type = object({
    engine         = optional(string, "sqlserver-ex")
    instance_class = optional(string, "db.t3.small")
    storage_gb     = optional(number, 20)
    max_storage_gb = optional(number, 100)
  })
  default = {}

  validation {
    condition     = contains(["sqlserver-ex", "sqlserver-web", "sqlserver-se", "sqlserver-ee"], var.new_database.engine)
    error_message = "The engine is sqlserver-ex, sqlserver-web, sqlserver-se or sqlserver-ee."
  }
  validation {
    # AWS's own processors, whose families have a g after their number, run no SQL Server.
    condition     = can(regex("^db[.](t3[.](micro|small|medium|large|xlarge|2xlarge)|[mrxz][0-9]+[a-fh-z]*[.]([0-9]+x|x)?large)$", var.new_database.instance_class))
    error_message = "An instance class for SQL Server is written like db.t3.small or db.r6i.xlarge; families with a g after their number, such as db.t4g, are not for it."
  }
  validation {
    # Of AWS's table, what holds in every region but one or two.
    condition = can(regex(lookup({
      sqlserver-ex  = "^db[.]t3[.]"
      sqlserver-web = "^db[.](t3[.](small|medium|large|xlarge|2xlarge)|[mrz].*[.]([2348]?x)?large)$"
      sqlserver-se  = "^db[.](t3[.](xlarge|2xlarge)|([mr][345][bd]?|x1e?)[.].*|[mrxz].*[.](([23468]|12)?x)?large)$"
      sqlserver-ee  = "^db[.](r5b[.]large|.*[.][0-9]*xlarge)$"
    }, var.new_database.engine, ""), var.new_database.instance_class))
    error_message = "The edition does not have this class: sqlserver-ex has db.t3 alone; sqlserver-web is from db.t3.small to 8xlarge, and no db.x; sqlserver-se begins at db.t3.xlarge, or at large of another family, and ends at 12xlarge of current ones; sqlserver-ee begins at xlarge."
  }
  validation {
    condition     = floor(var.new_database.storage_gb) == var.new_database.storage_gb && floor(var.new_database.max_storage_gb) == var.new_database.max_storage_gb
    error_message = "Storage is an integer of GB."
  }
  validation {
    condition     = var.new_database.storage_gb >= 20 && var.new_database.max_storage_gb <= 16384
    error_message = "Storage is from 20 to 16384 GB."
  }
  validation {
    condition     = var.new_database.max_storage_gb * 10 >= var.new_database.storage_gb * 11
    error_message = "max_storage_gb must be at least 10 % more than storage_gb; RDS refuses less."
  }
}

variable "database_name" {
  description = "The database on that server. RDS creates none: terraform/README.md shows how to."
  type        = string
  default     = "plants"

  validation {
    condition     = can(regex("^[A-Za-z_][A-Za-z0-9_]{0,122}$", var.database_name))
    error_message = "The database's name has up to 123 letters, digits and underscores, and no digit first."
  }
  validation {
    condition     = !contains(["master", "model", "msdb", "rdsadmin", "resource", "tempdb"], lower(var.database_name))
    error_message = "This is a database of SQL Server's or RDS's own."
  }
}

variable "database_schema" {
  description = "The schema that holds the tables."
  type        = string
  default     = "dbo"

  validation {
    condition     = can(regex("^[A-Za-z_][A-Za-z0-9_]{0,127}$", var.database_schema))
    error_message = "The schema's name has letters, digits and underscores, and no digit first."
  }
  validation {
    condition     = !can(regex("^(guest|information_schema|sys|db_.*)$", lower(var.database_schema)))
    error_message = "This is a schema of SQL Server's own."
  }
}

variable "password_version" {
  description = "A higher number generates new passwords for the logins, in Secrets Manager; terraform/README.md shows how to set them in the database."
  type        = number
  default     = 1

  validation {
    condition     = var.password_version >= 1 && floor(var.password_version) == var.password_version
    error_message = "The version is an integer from 1."
  }
}

# How it is kept

variable "object_lock_days" {
  description = "Days for which S3 refuses to delete any version of a file of the archive; null for no lock. Object Lock, once on, stays on for that bucket."
  type        = number
  default     = null

  validation {
    condition     = var.object_lock_days == null ? true : var.object_lock_days >= 1 && var.object_lock_days <= 36500 && floor(var.object_lock_days) == var.object_lock_days
    error_message = "Object Lock takes an integer of days, from 1 to 36500."
  }
}

variable "kms_key_arn" {
  description = "A KMS key of yours for archive, database, secrets, logs, topics and queue; null for AWS's own. An existing database keeps its key."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "A key is given by its ARN, arn:aws:kms:REGION:ACCOUNT:key/ID, not by an alias."
  }
  validation {
    condition     = var.kms_key_arn == null ? true : try(split(":", var.kms_key_arn)[3] == var.region, false)
    error_message = "The key is in another region than the resources that it is to encrypt."
  }
}

variable "alarm_email" {
  description = "The e-mail address that receives alarms, after it confirms the subscription; null for none: subscribe to the topic by other means."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@[:space:]]+@[^@[:space:]]+$", var.alarm_email))
    error_message = "This is not an e-mail address."
  }
}

variable "deletion_protection" {
  description = "Whether `terraform destroy` keeps the database and the archive. If false, it takes no final snapshot and empties the archive."
  type        = bool
  default     = true
}
