variable "name" {
  description = "What the names of all resources begin with."
  type        = string

  validation {
    condition     = length(var.name) > 0
    error_message = "The name is empty."
  }
}

variable "region" {
  description = "The AWS region, for the name of S3's endpoint."
  type        = string

  validation {
    condition     = length(var.region) > 0
    error_message = "The region is empty."
  }
}
