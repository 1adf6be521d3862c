variable "name" {
  description = "What the names of all resources begin with."
  type        = string

  validation {
    condition     = length(var.name) > 0
    error_message = "The name is empty."
  }
}

variable "etl_function_arn" {
  description = "The ETL Lambda, which is given {\"plants\": \"1-2000\"}."
  type        = string

  validation {
    condition     = can(regex(":function:", var.etl_function_arn))
    error_message = "A Lambda is given by its ARN."
  }
}

variable "archive_function_arn" {
  description = "The archive Lambda, which is given {\"partition\": \"2026-01-28T14\"}, and {} in the end."
  type        = string

  validation {
    condition     = can(regex(":function:", var.archive_function_arn))
    error_message = "A Lambda is given by its ARN."
  }
}

variable "pull_concurrency" {
  description = "Shards of the roster that are pulled at once, 1 to 10000. The database takes one load after another."
  type        = number
  default     = 100

  validation {
    condition     = var.pull_concurrency >= 1 && var.pull_concurrency <= 10000 && floor(var.pull_concurrency) == var.pull_concurrency
    error_message = "Concurrency is an integer from 1 to 10000."
  }
}

variable "archive_concurrency" {
  description = "Hours that are archived or pruned at once, 1 to 24: each reads the database as fast as it can."
  type        = number
  default     = 4

  validation {
    condition     = var.archive_concurrency >= 1 && var.archive_concurrency <= 24 && floor(var.archive_concurrency) == var.archive_concurrency
    error_message = "Concurrency is an integer from 1 to 24."
  }
}

variable "tolerated_failure_percentage" {
  description = "The share of shards that may fail, after their retries, without failing the minute: 0 to 100."
  type        = number
  default     = 10

  validation {
    condition     = var.tolerated_failure_percentage >= 0 && var.tolerated_failure_percentage <= 100
    error_message = "A percentage is from 0 to 100."
  }
}

variable "alarm_topic_arn" {
  description = "The SNS topic that receives an alarm when an execution fails."
  type        = string

  validation {
    condition     = can(regex(":sns:", var.alarm_topic_arn))
    error_message = "A topic is given by its ARN."
  }
}

variable "log_retention_days" {
  description = "Days that the logs of failed executions are kept; 0 for ever."
  type        = number

  validation {
    condition     = var.log_retention_days >= 0
    error_message = "Retention is a number of days."
  }
}

variable "kms_key_arn" {
  description = "A KMS key for those logs; null for AWS's own."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex(":key/", var.kms_key_arn))
    error_message = "A key is given by its ARN."
  }
}
