# Two state machines over the same two Lambdas: one pulls the roster in shards, one archives the hours of a day. The
# definitions compute the shards and hours, so that a schedule only gives the range.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region
  states    = "arn:${local.partition}:states:${local.region}:${data.aws_caller_identity.current.account_id}"

  machines = {
    pull = {
      function_arn                 = var.etl_function_arn
      max_concurrency              = var.pull_concurrency
      tolerated_failure_percentage = var.tolerated_failure_percentage
    }
    archive = {
      function_arn                 = var.archive_function_arn
      max_concurrency              = var.archive_concurrency
      tolerated_failure_percentage = 0
    }
  }
}

resource "aws_sfn_state_machine" "this" {
  for_each = local.machines

  name       = "${var.name}-${each.key}"
  role_arn   = aws_iam_role.machine[each.key].arn
  definition = templatefile("${path.module}/${each.key}.asl.json", merge(each.value, { partition = local.partition }))

  # The executions of an express map keep no history: failures are only in the log.
  logging_configuration {
    level                  = "ERROR"
    include_execution_data = true
    log_destination        = "${aws_cloudwatch_log_group.machine[each.key].arn}:*"
  }

  # Step Functions checks the permissions when the machine is created.
  depends_on = [aws_iam_role_policy.machine]
}

# The prefix spares an entry in the account's one policy for log deliveries, which has room for 5,120 characters.
resource "aws_cloudwatch_log_group" "machine" {
  for_each = local.machines

  name              = "/aws/vendedlogs/states/${var.name}-${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "machine" {
  for_each = local.machines

  name               = "${var.name}-${local.region}-${each.key}-fan-out"
  description        = "Calls the Lambda of each shard"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role_policy" "machine" {
  for_each = local.machines

  name   = "${var.name}-${each.key}-fan-out"
  role   = aws_iam_role.machine[each.key].id
  policy = data.aws_iam_policy_document.machine[each.key].json
}

data "aws_iam_policy_document" "machine" {
  for_each = local.machines

  statement {
    sid       = "Function"
    actions   = ["lambda:InvokeFunction"]
    resources = [each.value.function_arn]
  }

  # A distributed map starts an execution of its own machine for each item.
  statement {
    sid       = "Items"
    actions   = ["states:StartExecution"]
    resources = ["${local.states}:stateMachine:${var.name}-${each.key}"]
  }

  statement {
    sid     = "RunningItems"
    actions = ["states:DescribeExecution", "states:StopExecution"]
    # An item's execution is named after its map, NAME/LABEL:…, and AWS's own policy for this grants NAME:….
    resources = [
      "${local.states}:execution:${var.name}-${each.key}:*",
      "${local.states}:execution:${var.name}-${each.key}/*",
    ]
  }

  statement {
    sid = "LogDelivery"
    actions = [
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
    ]
    # * because deliveries have no ARN of their own.
    resources = ["*"]
  }
}

resource "aws_cloudwatch_metric_alarm" "failed" {
  for_each = merge([for key in keys(local.machines) : {
    "${key}-failed"    = { machine = key, metric = "ExecutionsFailed" }
    "${key}-timed-out" = { machine = key, metric = "ExecutionsTimedOut" }
  }]...)

  alarm_name          = "${var.name}-fan-out-${each.key}"
  alarm_description   = "More shards failed than are tolerated, or they took too long: see the alarm in terraform/README.md"
  namespace           = "AWS/States"
  metric_name         = each.value.metric
  dimensions          = { StateMachineArn = aws_sfn_state_machine.this[each.value.machine].arn }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.machine == "pull" ? 3 : 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
