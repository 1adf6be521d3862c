variable "name" {
  description = "What the names of all resources begin with."
  type        = string

  validation {
    condition     = length(var.name) > 0
    error_message = "The name is empty."
  }
}

variable "engine" {
  description = "The edition: sqlserver-ex, sqlserver-web, sqlserver-se or sqlserver-ee."
  type        = string

  validation {
    condition     = startswith(var.engine, "sqlserver-")
    error_message = "The engine is an edition of SQL Server."
  }
}

variable "instance_class" {
  description = "The RDS instance class, such as db.t3.small."
  type        = string

  validation {
    condition     = startswith(var.instance_class, "db.")
    error_message = "An instance class is written like db.t3.small."
  }
}

variable "storage_gb" {
  description = "Storage at first, in GB."
  type        = number

  validation {
    condition     = var.storage_gb >= 20
    error_message = "SQL Server on RDS has 20 GB or more."
  }
}

variable "max_storage_gb" {
  description = "Storage that it may grow to, in GB."
  type        = number

  validation {
    condition     = var.max_storage_gb > 20
    error_message = "Storage may grow to more than 20 GB."
  }
}

variable "vpc_id" {
  description = "The VPC of the database."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "A VPC is named vpc-…"
  }
}

variable "subnet_ids" {
  description = "Private subnets in two zones or more."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "RDS needs two subnets, in different zones."
  }
}

variable "kms_key_arn" {
  description = "A KMS key for the storage and the master's secret, from the first apply on; a later change is ignored. Null for AWS's own."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex(":key/", var.kms_key_arn))
    error_message = "A key is given by its ARN."
  }
}

variable "deletion_protection" {
  description = "Whether the database withstands `terraform destroy`; false also means no last snapshot."
  type        = bool
}
