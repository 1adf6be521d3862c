# Alarms of the pipeline, and the topic of alerts about plants. The metrics that the Lambdas write are listed in contract.json.

locals {
  metrics_namespace = "PlantPipeline"

  least_free_gb = var.new_database.engine == "sqlserver-ex" ? var.new_database.storage_gb - 8 : var.new_database.storage_gb / 10

  # `silence` is how CloudWatch treats missing data.
  alarms = {
    etl-silent = {
      description = "No run has succeeded for 5 minutes: no response came, runs are cut short, more than a tenth is rejected, or no reading is current"
      metric      = "RunsSucceeded", service = "etl", statistic = "Sum"
      period_s    = 60, periods = 5, below = true, threshold = 1, silence = "breaching"
    }
    etl-stale = {
      description = "Half of the plants have had no reading younger than 5 minutes, for 5 minutes: the API serves old values"
      metric      = "FreshnessLag", service = "etl", statistic = "Maximum"
      period_s    = 60, periods = 5, below = false, threshold = 300, silence = "notBreaching"
    }
    archive-silent = {
      description = "No run of the archive has succeeded for 26 hours: nothing is lost, and the database grows"
      metric      = "RunsSucceeded", service = "archive", statistic = "Sum"
      period_s    = 3600, periods = 26, below = true, threshold = 1, silence = "breaching"
    }
    archive-not-verified = {
      description = "A file differed from what was written. It is in quarantine, and its readings are still in the database"
      metric      = "Quarantined", service = "archive", statistic = "Sum"
      period_s    = 300, periods = 1, below = false, threshold = 0, silence = "notBreaching"
    }
    alert-silent = {
      description = "No check of the plants has succeeded for 5 minutes: nobody is told what a plant needs"
      metric      = "RunsSucceeded", service = "alert", statistic = "Sum"
      period_s    = 60, periods = 5, below = true, threshold = 1, silence = "breaching"
    }
    # An hour, because a message is tried again after at most an hour.
    alert-undelivered = {
      description = "A topic, SES or a webhook has not accepted a message about a plant in the last hour; it is tried again for a day"
      metric      = "DeliveriesFailed", service = "alert", statistic = "Sum"
      period_s    = 3600, periods = 1, below = false, threshold = 0, silence = "notBreaching"
    }
  }
}

resource "aws_sns_topic" "alarms" {
  name = "${var.name}-alarms"
  # Not AWS's own key for SNS, with which CloudWatch could not publish.
  kms_master_key_id = var.kms_key_arn
}

# For curators and gardeners: what a plant needs. Its subscribers are made by hand, because each has to confirm.
resource "aws_sns_topic" "plants" {
  name              = "${var.name}-plants"
  kms_master_key_id = var.kms_key_arn
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
  dimensions          = { service = local.function_names[each.value.service] }
  statistic           = each.value.statistic
  period              = each.value.period_s
  evaluation_periods  = each.value.periods
  comparison_operator = each.value.below ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = each.value.silence
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# Thrown errors, time-outs and lack of memory alike. One minute that failed is mended by the next. With a fan-out shards
# are retried and some may fail: the state machines' own alarms are those that count for the Lambdas that they invoke.
resource "aws_cloudwatch_metric_alarm" "failures" {
  for_each = toset([for key in keys(local.deployed) : key if var.fan_out == null || !contains(["etl", "archive"], key)])

  alarm_name          = "${var.name}-${each.key}-failures"
  alarm_description   = "The ${each.key} Lambda fails: see its log, the newest line first"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.plant[each.key].function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.key == "archive" ? 1 : 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "dead_letter" {
  alarm_name          = "${var.name}-dead-letter"
  alarm_description   = "An event could not be delivered, or the archive failed at every attempt: read the queue, then purge it"
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

# RDS enlarges the storage when a tenth of it is free, up to the maximum. This alarm covers the rest. Express limits a
# database to 10 GB on any disk, so its alarm is at 8 GB of used storage.
resource "aws_cloudwatch_metric_alarm" "free_storage" {
  count = var.database == null ? 1 : 0

  alarm_name          = "${var.name}-free-storage"
  alarm_description   = "The database runs out of storage: see what fills it, and whether the archive prunes"
  namespace           = "AWS/RDS"
  metric_name         = "FreeStorageSpace"
  dimensions          = { DBInstanceIdentifier = module.database[0].identifier }
  statistic           = "Minimum"
  period              = 300
  evaluation_periods  = 6
  comparison_operator = "LessThanThreshold"
  threshold           = local.least_free_gb * pow(1024, 3)
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
