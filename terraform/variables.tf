variable "name" {
  description = "What the names of all resources begin with: 2 to 20 small letters, digits and hyphens."
  type        = string
  default     = "plant"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,18}[a-z0-9]$", var.name))
    error_message = "The name has 2 to 20 small letters, digits and hyphens, a letter first and no hyphen last."
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
  description = "The zip with both handlers, as `npm run build` makes it. Not read when image_tag is given."
  type        = string
  default     = "../runners/lambda/dist/plant-lambda.zip"

  validation {
    condition     = endswith(var.lambda_zip, ".zip")
    error_message = "This is not the name of a zip file."
  }
}

variable "image_tag" {
  description = "The tag of the image in this configuration's ECR repository that both Lambdas run; null for the zip."
  type        = string
  default     = null

  validation {
    condition     = var.image_tag == null || can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag))
    error_message = "A tag has up to 128 letters, digits, underscores, dots and hyphens."
  }
}

variable "architecture" {
  description = "The processor of both Lambdas, arm64 or x86_64. The zip runs on either; an image has to be built for it."
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
    etl     = optional(number, 512)
    archive = optional(number, 1769)
  })
  default = {}

  validation {
    condition     = alltrue([for mb in values(var.memory_mb) : mb >= 128 && mb <= 10240 && floor(mb) == mb])
    error_message = "Memory is a whole number of MB from 128 to 10240."
  }
}

variable "reserved_concurrency" {
  description = "Executions at once that each Lambda is held to, and that are kept free for it; -1 for none. An account needs 100 more than the sum."
  type = object({
    etl     = optional(number, -1)
    archive = optional(number, -1)
  })
  default = {}

  validation {
    condition     = alltrue([for number in values(var.reserved_concurrency) : number >= -1 && floor(number) == number])
    error_message = "Reserved concurrency is a whole number, or -1 for none."
  }
}

variable "log_level" {
  description = "The least that both Lambdas log: DEBUG, INFO, WARN or ERROR."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["DEBUG", "INFO", "WARN", "ERROR"], var.log_level)
    error_message = "The log level is DEBUG, INFO, WARN or ERROR."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept: one of the numbers that CloudWatch knows."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827], var.log_retention_days)
    error_message = "CloudWatch keeps logs 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096 or 1827 days."
  }
}

# What is pulled and kept

variable "api_url" {
  description = "The museum's plant API; <api_url>/<plant id> is asked, over HTTPS and port 443."
  type        = string
  default     = "https://tools.sigmalabs.co.uk/api/plants"

  validation {
    condition     = can(regex("^https://[^/:@?#]+(/[^?#]*)?$", var.api_url))
    error_message = "The API is an https address without a port, a user or a query."
  }
}

variable "plants" {
  description = "Which plants are asked for: ids and ranges such as 1-50,60, or discover. Not read when fan_out is given."
  type        = string
  default     = "discover"

  validation {
    condition     = can(regex("^(discover|[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*)$", var.plants))
    error_message = "Plants are written like 1-50,60, or discover."
  }
}

variable "concurrency" {
  description = "Requests that one ETL Lambda has under way at once, 1 to 1000."
  type        = number
  default     = 8

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 1000 && floor(var.concurrency) == var.concurrency
    error_message = "Concurrency is a whole number from 1 to 1000."
  }
}

variable "older_than" {
  description = "Readings older than this leave the database once they are in a file that was read back: hours or days, such as 24h."
  type        = string
  default     = "24h"

  validation {
    condition     = can(regex("^[1-9][0-9]*[hd]$", var.older_than))
    error_message = "A duration is written like 24h or 7d."
  }
}

variable "paused" {
  description = "Whether both schedules stand still: before the database is ready, or while it is worked on."
  type        = bool
  default     = false
}

variable "fan_out" {
  description = "Spreads the roster and the hours over many Lambdas by Step Functions; null for one Lambda that does it all. See docs/scale.md."
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
    condition     = var.fan_out == null ? true : var.fan_out.first_plant <= var.fan_out.last_plant
    error_message = "last_plant is not before first_plant."
  }
  validation {
    # A run asks for 44 s of its Lambda's 55, and an answer takes 0.2 s, as docs/scale.md assumes.
    condition     = var.fan_out == null ? true : ceil(var.fan_out.shard_size / var.concurrency) * 0.2 < 44
    error_message = "A shard has more plants than a Lambda can ask for in its 44 s: raise concurrency (docs/scale.md takes 64), or lower shard_size."
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
    condition     = var.network == null ? true : length(var.network.subnet_ids) >= 2
    error_message = "Give two subnets or more, in different availability zones."
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
}

variable "new_database" {
  description = "The RDS SQL Server that is made: edition (sqlserver-ex, -web, -se or -ee), instance class, storage in GB at first and at most."
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
    condition     = var.new_database.storage_gb >= 20 && var.new_database.max_storage_gb > var.new_database.storage_gb
    error_message = "Storage is at least 20 GB, and may grow to more than it begins with."
  }
}

variable "database_name" {
  description = "The database on that server. RDS makes none: terraform/README.md says how."
  type        = string
  default     = "plants"

  validation {
    condition     = can(regex("^[A-Za-z_][A-Za-z0-9_]{0,127}$", var.database_name))
    error_message = "The database's name has letters, digits and underscores, and no digit first."
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
}

variable "password_version" {
  description = "A higher number makes new passwords for both logins, in Secrets Manager; the database is told as terraform/README.md says."
  type        = number
  default     = 1

  validation {
    condition     = var.password_version >= 1 && floor(var.password_version) == var.password_version
    error_message = "The version is a whole number from 1."
  }
}

# How it is kept

variable "kms_key_arn" {
  description = "A KMS key of yours for the archive and the secrets; null for AWS's own."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "A key is given by its ARN, arn:aws:kms:REGION:ACCOUNT:key/ID, not by an alias."
  }
}

variable "alarm_email" {
  description = "Who is told of alarms; AWS asks them to confirm first. Null for nobody: subscribe to the topic by other means."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@[:space:]]+@[^@[:space:]]+$", var.alarm_email))
    error_message = "This is not an e-mail address."
  }
}

variable "deletion_protection" {
  description = "Whether database and archive withstand `terraform destroy`. False also means: no last snapshot, and the archive is emptied."
  type        = bool
  default     = true
}
