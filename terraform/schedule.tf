# The schedules of the Lambdas, and the queue of events that could not be delivered or processed.

resource "aws_sqs_queue" "dead_letter" {
  name                      = "${var.name}-dead-letter"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.kms_key_arn
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
}

module "fan_out" {
  source = "./modules/fan-out"
  count  = var.fan_out == null ? 0 : 1

  name                         = var.name
  etl_function_arn             = aws_lambda_function.plant["etl"].arn
  archive_function_arn         = aws_lambda_function.plant["archive"].arn
  pull_concurrency             = var.fan_out.pull_concurrency
  archive_concurrency          = var.fan_out.archive_concurrency
  tolerated_failure_percentage = var.fan_out.tolerated_failure_percentage
  alarm_topic_arn              = aws_sns_topic.alarms.arn
  log_retention_days           = var.log_retention_days
  kms_key_arn                  = var.kms_key_arn
}

locals {
  # With a fan-out the state machines invoke the others.
  scheduled_functions = var.fan_out == null ? ["etl", "archive", "alert"] : ["alert"]

  targets = var.fan_out == null ? {
    etl     = { arn = aws_lambda_function.plant["etl"].arn, input = "{}" }
    archive = { arn = aws_lambda_function.plant["archive"].arn, input = "{}" }
    } : {
    etl = {
      arn = module.fan_out[0].state_machine_arns.pull
      input = jsonencode({
        first = var.fan_out.first_plant
        last  = var.fan_out.last_plant
        size  = var.fan_out.shard_size
      })
    }
    archive = {
      arn = module.fan_out[0].state_machine_arns.archive
      # Scheduler replaces the placeholder with the time; jsonencode would escape its brackets.
      input = "{\"until\":\"<aws.scheduler.scheduled-time>\",\"hours\":${var.fan_out.archive_hours}}"
    }
  }
}

resource "aws_scheduler_schedule_group" "plant" {
  name = var.name
}

resource "aws_scheduler_schedule" "etl" {
  name                = "${var.name}-etl"
  group_name          = aws_scheduler_schedule_group.plant.name
  description         = "Every plant, every minute"
  schedule_expression = "rate(1 minute)"
  state               = var.paused ? "DISABLED" : "ENABLED"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = local.targets.etl.arn
    role_arn = aws_iam_role.scheduler.arn
    input    = local.targets.etl.input

    # A minute that could not be started is over; the next one starts by itself.
    retry_policy {
      maximum_retry_attempts       = 0
      maximum_event_age_in_seconds = 60
    }
    dead_letter_config {
      arn = aws_sqs_queue.dead_letter.arn
    }
  }

  # A run finds all that it needs, from its first start to its last.
  depends_on = [
    aws_iam_role_policy.scheduler,
    aws_lambda_function_event_invoke_config.plant,
    aws_secretsmanager_secret_version.login,
    aws_vpc_security_group_egress_rule.https,
    aws_vpc_security_group_egress_rule.database,
    aws_vpc_security_group_ingress_rule.database,
  ]
}

resource "aws_scheduler_schedule" "archive" {
  name                         = "${var.name}-archive"
  group_name                   = aws_scheduler_schedule_group.plant.name
  description                  = "The previous day, ten minutes after it ends"
  schedule_expression          = "cron(10 0 * * ? *)"
  schedule_expression_timezone = "UTC"
  state                        = var.paused ? "DISABLED" : "ENABLED"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = local.targets.archive.arn
    role_arn = aws_iam_role.scheduler.arn
    input    = local.targets.archive.input

    retry_policy {
      maximum_retry_attempts       = 5
      maximum_event_age_in_seconds = 3600
    }
    dead_letter_config {
      arn = aws_sqs_queue.dead_letter.arn
    }
  }

  # A run finds all that it needs, from its first start to its last.
  depends_on = [
    aws_iam_role_policy.scheduler,
    aws_lambda_function_event_invoke_config.plant,
    aws_secretsmanager_secret_version.login,
    aws_vpc_security_group_egress_rule.https,
    aws_vpc_security_group_egress_rule.database,
    aws_vpc_security_group_ingress_rule.database,
    aws_s3_bucket_public_access_block.archive,
    aws_s3_bucket_versioning.archive,
    aws_s3_bucket_server_side_encryption_configuration.archive,
    aws_s3_bucket_policy.archive,
    aws_s3_bucket_object_lock_configuration.archive,
  ]
}

# EventBridge Scheduler has no seconds: a check may begin before or after the pull of its minute. It judges the readings
# of the last hour, so that the order only decides in which of two minutes an alert fires.
resource "aws_scheduler_schedule" "alert" {
  name                = "${var.name}-alert"
  group_name          = aws_scheduler_schedule_group.plant.name
  description         = "A check of every plant, every minute"
  schedule_expression = "rate(1 minute)"
  state               = var.paused ? "DISABLED" : "ENABLED"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.plant["alert"].arn
    role_arn = aws_iam_role.scheduler.arn
    input    = "{}"

    # As for the pull.
    retry_policy {
      maximum_retry_attempts       = 0
      maximum_event_age_in_seconds = 60
    }
    dead_letter_config {
      arn = aws_sqs_queue.dead_letter.arn
    }
  }

  # A check finds all that it needs, from its first start to its last.
  depends_on = [
    aws_iam_role_policy.scheduler,
    aws_lambda_function_event_invoke_config.plant,
    aws_secretsmanager_secret_version.login,
    aws_vpc_security_group_egress_rule.https,
    aws_vpc_security_group_egress_rule.database,
    aws_vpc_security_group_ingress_rule.database,
  ]
}
