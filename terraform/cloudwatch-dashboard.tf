# The pipeline's metrics in graphs, with the state of every alarm. Each metric of contract.json is in one of them.

locals {
  graphs = [
    { title = "Pulls", service = "etl", statistic = "Sum", period_s = 60, metrics = ["RunsSucceeded", "RunsDegraded", "RunsFailed"] },
    { title = "Plants requested", service = "etl", statistic = "Sum", period_s = 60, metrics = ["Extracted", "Failed", "Rejected"] },
    { title = "Readings", service = "etl", statistic = "Sum", period_s = 60, metrics = ["Loaded", "Duplicates", "Conflicts", "Flagged"] },
    { title = "Time of a pull", service = "etl", statistic = "Average", period_s = 60, metrics = ["DurationExtract", "DurationLoad"] },
    { title = "Age of readings on arrival", service = "etl", statistic = "Maximum", period_s = 60, metrics = ["FreshnessLag"] },
    { title = "Checks of the plants", service = "alert", statistic = "Sum", period_s = 60, metrics = ["RunsSucceeded", "RunsDegraded", "RunsFailed"] },
    { title = "Alerts that fire", service = "alert", statistic = "Maximum", period_s = 60, metrics = ["AlertsFiring"] },
    { title = "New alerts, and events not accepted", service = "alert", statistic = "Sum", period_s = 300, metrics = ["AlertsFired", "DeliveriesFailed"] },
    { title = "Runs of the archive", service = "archive", statistic = "Sum", period_s = 3600, metrics = ["RunsSucceeded", "RunsDegraded", "RunsFailed"] },
    { title = "Readings archived and pruned", service = "archive", statistic = "Sum", period_s = 3600, metrics = ["Archived", "Pruned"] },
    { title = "Files in quarantine", service = "archive", statistic = "Sum", period_s = 3600, metrics = ["Quarantined"] },
  ]

  shown_alarms = concat(
    [for alarm in aws_cloudwatch_metric_alarm.pipeline : alarm.arn],
    [for alarm in aws_cloudwatch_metric_alarm.failures : alarm.arn],
    [aws_cloudwatch_metric_alarm.dead_letter.arn],
    aws_cloudwatch_metric_alarm.free_storage[*].arn,
  )
}

resource "aws_cloudwatch_dashboard" "plant" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type       = "alarm"
        x          = 0
        y          = 0
        width      = 24
        height     = 4
        properties = { title = "Alarms", alarms = local.shown_alarms }
      }],
      [for index, graph in local.graphs : {
        type   = "metric"
        x      = index % 3 * 8
        y      = 4 + floor(index / 3) * 6
        width  = 8
        height = 6
        properties = {
          title  = graph.title
          region = var.region
          view   = "timeSeries"
          stat   = graph.statistic
          period = graph.period_s
          metrics = [for metric in graph.metrics :
            [local.metrics_namespace, metric, "service", local.function_names[graph.service]]
          ]
        }
      }],
    )
  })
}
