# Two state machines over the same two Lambdas: one pulls the roster in shards, one archives the hours of a day. What a
# shard is, and which hours, is worked out in the definitions, so that a schedule only says from where to where.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  here = "${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}"

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
  definition = templatefile("${path.module}/${each.key}.asl.json", each.value)

  # Step Functions checks the rights when the machine is made.
  depends_on = [aws_iam_role_policy.machine]
}

resource "aws_iam_role" "machine" {
  for_each = local.machines

  name               = "${var.name}-${each.key}-fan-out"
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
    resources = ["arn:${data.aws_partition.current.partition}:states:${local.here}:stateMachine:${var.name}-${each.key}"]
  }

  statement {
    sid       = "RunningItems"
    actions   = ["states:DescribeExecution", "states:StopExecution"]
    resources = ["arn:${data.aws_partition.current.partition}:states:${local.here}:execution:${var.name}-${each.key}/*"]
  }
}

resource "aws_cloudwatch_metric_alarm" "failed" {
  for_each = merge([for key in keys(local.machines) : {
    "${key}-failed"    = { machine = key, metric = "ExecutionsFailed" }
    "${key}-timed-out" = { machine = key, metric = "ExecutionsTimedOut" }
  }]...)

  alarm_name          = "${var.name}-fan-out-${each.key}"
  alarm_description   = "More shards failed than are tolerated, or they took too long: look at the execution's map run"
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
