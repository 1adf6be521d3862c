output "archive_bucket" {
  description = "The bucket of the archive."
  value       = aws_s3_bucket.archive.bucket
}

output "repository_url" {
  description = "The ECR repository for images of the Lambdas."
  value       = aws_ecr_repository.plant.repository_url
}

output "function_names" {
  description = "The Lambdas' names, by what they do: etl, archive, alert and, if it is there, dashboard."
  value       = { for key, function in aws_lambda_function.plant : key => function.function_name }
}

output "state_machine_arns" {
  description = "The state machines of the fan-out, pull and archive; empty without one."
  value       = var.fan_out == null ? {} : module.fan_out[0].state_machine_arns
}

output "state_machine_log_groups" {
  description = "Where the state machines log what failed; empty without a fan-out."
  value       = var.fan_out == null ? {} : module.fan_out[0].log_groups
}

output "network" {
  description = "The network from which a shell reaches the database: VPC, subnets, and the security group that the database admits."
  value = {
    vpc_id            = local.network.vpc_id
    subnet_ids        = local.network.subnet_ids
    security_group_id = aws_security_group.client.id
  }
}

output "database_host" {
  description = "The SQL Server's host."
  value       = local.database.host
}

output "master_secret_arn" {
  description = "The secret with the master's login of the SQL Server that was made; null for an existing one."
  value       = var.database == null ? module.database[0].master_secret_arn : null
}

output "login_secret_arns" {
  description = "The secrets with the Lambdas' logins, which are created in the database by schema/logins.sql."
  value       = { for key, secret in aws_secretsmanager_secret.login : key => secret.arn }
}

output "alarm_topic_arn" {
  description = "The SNS topic that all alarms go to."
  value       = aws_sns_topic.alarms.arn
}

output "plants_topic_arn" {
  description = "The SNS topic that alerts about plants go to."
  value       = aws_sns_topic.plants.arn
}

output "dashboard_url" {
  description = "The function URL of the dashboard, for requests signed with IAM; null without one."
  value       = one(values(aws_lambda_function_url.dashboard)[*].function_url)
}

output "dead_letter_queue_url" {
  description = "The queue of events that could not be delivered or processed."
  value       = aws_sqs_queue.dead_letter.url
}

output "athena" {
  description = "Workgroup and database to query the archive in."
  value = {
    workgroup = aws_athena_workgroup.archive.name
    database  = aws_glue_catalog_database.archive.name
  }
}
