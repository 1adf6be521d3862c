# What somebody is told of. The metrics are those that the Lambdas write, and are listed in contract.json.

locals {
  metrics_namespace = "PlantPipeline"

  # Each is: which metric, over which periods, how bad, and what silence means.
  alarms = {
    etl-silent = {
      description = "No run has loaded anything for 5 minutes: look at the log of the ETL Lambda, and at the museum's API"
      metric      = "RunsSucceeded", service = "etl", statistic = "Sum"
      period_s    = 60, periods = 5, below = true, threshold = 1, silence = "breaching"
    }
    etl-stale = {
      description = "The newest reading has been older than 5 minutes, for 5 minutes: the API answers, with old values"
      metric      = "FreshnessLag", service = "etl", statistic = "Maximum"
      period_s    = 60, periods = 5, below = false, threshold = 300, silence = "notBreaching"
    }
    archive-silent = {
      description = "No run of the archive has succeeded for 26 hours: nothing is lost, and the database grows"
      metric      = "RunsSucceeded", service = "archive", statistic = "Sum"
      period_s    = 3600, periods = 26, below = true, threshold = 1, silence = "breaching"
    }
    archive-not-verified = {
      description = "A file was read back wrong. It is set aside, and its readings are still in the database"
      metric      = "SetAside", service = "archive", statistic = "Sum"
      period_s    = 300, periods = 1, below = false, threshold = 0, silence = "notBreaching"
    }
  }
}

resource "aws_sns_topic" "alarms" {
  name = "${var.name}-alarms"
}

resource "aws_sns_topic_subscription" "email" {
  count = var.alarm_email == null ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

resource "aws_cloudwatch_metric_alarm" "pipeline" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = local.metrics_namespace
  metric_name         = each.value.metric
  dimensions          = { service = "plant-${each.value.service}" }
  statistic           = each.value.statistic
  period              = each.value.period_s
  evaluation_periods  = each.value.periods
  comparison_operator = each.value.below ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = each.value.silence
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# Thrown errors, time-outs and lack of memory alike. One minute that failed is mended by the next.
resource "aws_cloudwatch_metric_alarm" "failures" {
  for_each = local.functions

  alarm_name          = "${var.name}-${each.key}-failures"
  alarm_description   = "The ${each.key} Lambda fails: its log says why, the newest line first"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.plant[each.key].function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.key == "etl" ? 3 : 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "dead_letter" {
  alarm_name          = "${var.name}-dead-letter"
  alarm_description   = "An event could not be delivered, or the archive failed at every try: read the queue, then purge it"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letter.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
