variable "name" {
  description = "What the names of all resources begin with."
  type        = string

  validation {
    condition     = length(var.name) > 0
    error_message = "The name is empty."
  }
}

variable "archive_bucket_arn" {
  description = "The one bucket of this account that the S3 endpoint admits."
  type        = string

  validation {
    condition     = can(regex(":s3:::", var.archive_bucket_arn))
    error_message = "A bucket is given by its ARN."
  }
}

variable "flow_logs" {
  description = "Whether the connections of the VPC are logged."
  type        = bool
}

variable "log_retention_days" {
  description = "Days that flow logs are kept; 0 for ever."
  type        = number

  validation {
    condition     = var.log_retention_days >= 0
    error_message = "Retention is a number of days."
  }
}

variable "kms_key_arn" {
  description = "A KMS key for the flow logs; null for AWS's own."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex(":key/", var.kms_key_arn))
    error_message = "A key is given by its ARN."
  }
}
