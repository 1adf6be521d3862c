# Plans of each shape that the variables describe, by the provider's own schema and checks, with no AWS behind it.
# In this folder's parent: terraform init -backend=false -test-directory=test && terraform test -test-directory=test

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_region" {
    defaults = { region = "eu-west-2" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-2a", "eu-west-2b", "eu-west-2c"] }
  }
  mock_data "aws_vpc_endpoint_service" {
    defaults = { service_name = "com.amazonaws.eu-west-2.s3" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_resource "aws_vpc" {
    defaults = { id = "vpc-0a1b2c3d" }
  }
  mock_resource "aws_subnet" {
    defaults = { id = "subnet-0a1b2c3d" }
  }
  mock_resource "aws_security_group" {
    defaults = { id = "sg-0a1b2c3d" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mock" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-2:123456789012:function:mock" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-2:123456789012:log-group:mock" }
  }
  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:mock-abcdef" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-west-2:123456789012:mock" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-west-2:123456789012:mock" }
  }
  mock_resource "aws_sfn_state_machine" {
    defaults = { arn = "arn:aws:states:eu-west-2:123456789012:stateMachine:mock" }
  }
  mock_resource "aws_db_instance" {
    defaults = {
      address            = "mock.eu-west-2.rds.amazonaws.com"
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:rds-abcdef" }]
    }
  }
}

variables {
  # Its content is not looked at.
  lambda_zip = "test/empty.zip"
}

run "museum" {
  assert {
    condition     = aws_lambda_function.plant["etl"].package_type == "Zip" && aws_lambda_function.plant["archive"].timeout == 900
    error_message = "The Lambdas come from the zip."
  }
  assert {
    condition     = aws_s3_bucket.archive.bucket == "plant-archive-123456789012-eu-west-2"
    error_message = "The bucket is named after account and region."
  }
  assert {
    condition     = length(module.network) == 1 && length(module.database) == 1 && length(module.fan_out) == 0
    error_message = "A museum has a network and a database of its own, and no fan-out."
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.failures) == 3 && length(aws_s3_bucket_object_lock_configuration.archive) == 0
    error_message = "Every Lambda has an alarm, and nothing is locked that nobody wanted locked."
  }
}

run "museum_with_all_that_can_be_chosen" {
  variables {
    name               = "plant-a"
    architecture       = "x86_64"
    plants             = "1-50"
    flow_logs          = true
    object_lock_days   = 400
    kms_key_arn        = "arn:aws:kms:eu-west-2:123456789012:key/0a1b2c3d"
    alarm_email        = "conservatory@example.org"
    log_retention_days = 3653
    paused             = true
    ses_sender         = "plants@example.org"
    webhooks           = ["https://example.org/hook", "slack+https://hooks.slack.com/services/a"]
    page_url           = "https://plants.example.org/"
    dashboard          = true
    new_database       = { engine = "sqlserver-se", instance_class = "db.m6i.large", storage_gb = 100, max_storage_gb = 110 }
  }

  assert {
    condition     = aws_sqs_queue.dead_letter.kms_master_key_id == var.kms_key_arn && aws_sns_topic.alarms.kms_master_key_id == var.kms_key_arn && aws_sns_topic.plants.kms_master_key_id == var.kms_key_arn
    error_message = "Queue and topic are encrypted with the customer's key."
  }
  assert {
    condition     = aws_lambda_function_url.dashboard["dashboard"].authorization_type == "AWS_IAM" && aws_lambda_function.plant["dashboard"].handler == "dashboard.handler"
    error_message = "The page wants requests that are signed."
  }
  assert {
    condition     = nonsensitive(aws_lambda_function.plant["alert"].environment[0].variables.PLANT_NOTIFY) == "sns:arn:aws:sns:eu-west-2:123456789012:mock ses:plants@example.org https://example.org/hook slack+https://hooks.slack.com/services/a"
    error_message = "Alerts go to the topic, to the botanists and to the webhooks."
  }
  assert {
    condition     = aws_s3_bucket_object_lock_configuration.archive[0].rule[0].default_retention[0].days == 400
    error_message = "Versions are locked for as long as was chosen."
  }
  assert {
    condition     = aws_scheduler_schedule.etl.state == "DISABLED" && aws_scheduler_schedule.archive.state == "DISABLED" && aws_scheduler_schedule.alert.state == "DISABLED"
    error_message = "Nothing runs while it is paused."
  }
}

run "without_a_dashboard" {
  assert {
    condition     = length(aws_lambda_function_url.dashboard) == 0 && keys(aws_lambda_function.plant) == keys({ alert = 0, archive = 0, etl = 0 })
    error_message = "Nobody has a URL that nobody wanted."
  }
  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.plant.dashboard_body).widgets) == length(local.graphs) + 1
    error_message = "A widget shows the alarms, and one each graph."
  }
}

run "fan_out" {
  variables {
    fan_out              = { last_plant = 250000, pull_concurrency = 40 }
    concurrency          = 64
    reserved_concurrency = { etl = 40, archive = 4 }
  }

  assert {
    condition     = length(module.fan_out) == 1 && length(aws_cloudwatch_metric_alarm.failures) == 1
    error_message = "The state machines' alarms take the place of those of the Lambdas that they call."
  }
  assert {
    condition     = jsondecode(aws_scheduler_schedule.etl.target[0].input) == { first = 1, last = 250000, size = 2000 }
    error_message = "The input of the schedule is the range of plants."
  }
}

run "existing_network_and_database" {
  variables {
    network  = { vpc_id = "vpc-0a1b2c3d", subnet_ids = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"] }
    database = { host = "db.example.org", security_group_id = "sg-0a1b2c3d" }
  }

  assert {
    condition     = length(module.network) == 0 && length(module.database) == 0 && length(aws_cloudwatch_metric_alarm.free_storage) == 0
    error_message = "What is there is not made."
  }
  assert {
    condition     = aws_lambda_function.plant["etl"].environment[0].variables.DB_HOST == "db.example.org"
    error_message = "The Lambdas connect to the existing database."
  }
}

run "image" {
  variables {
    image_tag = "1.0.0"
  }

  assert {
    condition     = aws_lambda_function.plant["archive"].package_type == "Image" && aws_lambda_function.plant["archive"].image_config[0].command == tolist(["archive.handler"])
    error_message = "Each Lambda runs its own handler of the one image."
  }
}

run "another_partition" {
  command = plan

  variables {
    region      = "us-gov-west-1"
    fan_out     = { last_plant = 100 }
    concurrency = 64
  }

  override_data {
    target = module.fan_out[0].data.aws_partition.current
    values = { partition = "aws-us-gov", dns_suffix = "amazonaws.com" }
  }
}

run "names_that_aws_refuses" {
  command = plan

  variables {
    name = "a--b"
  }

  expect_failures = [var.name]
}

run "numbers_that_aws_refuses" {
  command = plan

  variables {
    fan_out            = { last_plant = 10, shard_size = 0, first_plant = 0 }
    new_database       = { engine = "sqlserver-se", storage_gb = 100, max_storage_gb = 101 }
    log_retention_days = 31
  }

  expect_failures = [var.fan_out, var.new_database, var.log_retention_days]
}

run "fewer_lambdas_than_the_fan_out_calls" {
  command = plan

  variables {
    fan_out              = { last_plant = 250000, pull_concurrency = 40 }
    concurrency          = 64
    reserved_concurrency = { archive = 1 }
  }

  expect_failures = [var.reserved_concurrency]
}
