# The Lambdas, from one build. The zip is the default: it exists after `npm run build`, so one apply creates everything. An
# image has to be pushed to the repository, which has to exist, before a Lambda can use it.

resource "aws_ecr_repository" "plant" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"
  force_delete         = !var.deletion_protection

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_ecr_lifecycle_policy" "plant" {
  # The id, which a replacement makes unknown: with the repository AWS deletes its policy.
  repository = aws_ecr_repository.plant.id
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      # ECR does not know which image runs, so no image with a tag expires.
      description = "Expire what has no tag"
      selection   = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }
      action      = { type = "expire" }
    }]
  })
}

locals {
  # A Lambda's name is also its service in logs and metrics, which distinguishes two deployments in one account.
  function_names = {
    etl       = "${var.name}-etl"
    archive   = "${var.name}-archive"
    alert     = "${var.name}-alert"
    dashboard = "${var.name}-dashboard"
  }

  archive_kms = var.kms_key_arn == null ? "" : "&sse=aws:kms&kmsKeyId=${urlencode(var.kms_key_arn)}"
  archive_url = "s3://${aws_s3_bucket.archive.bucket}?region=${var.region}${local.archive_kms}"

  database_environment = {
    DB_HOST   = local.database.host
    DB_PORT   = tostring(local.database.port)
    DB_NAME   = var.database_name
    DB_SCHEMA = var.database_schema
  }

  functions = {
    etl = {
      description = "Pulls every plant into the database"
      login       = "plant_etl"
      # Shorter than a minute, so that a run is over when the next one starts.
      timeout_s = 55
      # The next minute's run is the better retry; an event that waited longer would only meet it.
      retries         = 0
      longest_wait_s  = 60
      failures_queued = false
      environment = {
        PLANT_API_URL     = var.api_url
        PLANT_PLANTS      = var.plants
        PLANT_CONCURRENCY = tostring(var.concurrency)
      }
    }
    archive = {
      description = "Moves readings to Parquet on S3, and prunes verified ones"
      login       = "plant_archive"
      timeout_s   = 900
      # A run continues where the last one was stopped.
      retries         = 2
      longest_wait_s  = 21600
      failures_queued = true
      environment = {
        PLANT_ARCHIVE   = local.archive_url
        PLANT_RETENTION = var.retention
      }
    }
    alert = {
      description = "Checks every plant, and sends alerts"
      login       = "plant_health"
      timeout_s   = 55
      # The next minute's check does what this one has left.
      retries         = 0
      longest_wait_s  = 60
      failures_queued = false
      environment = {
        PLANT_NOTIFY = join(" ", concat(
          ["sns:${aws_sns_topic.plants.arn}"],
          var.ses_sender == null ? [] : ["ses:${var.ses_sender}"],
          var.webhooks,
        ))
        PLANT_PAGE_URL = var.page_url == null ? "" : var.page_url
      }
    }
    dashboard = {
      description = "Serves the page of the plants"
      login       = "plant_dashboard"
      timeout_s   = 30
      # Whoever looks asks again.
      retries         = 0
      longest_wait_s  = 60
      failures_queued = false
      environment     = { PLANT_ARCHIVE = local.archive_url }
    }
  }

  deployed = { for key, function in local.functions : key => function if key != "dashboard" || var.dashboard }
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.deployed

  name              = "/aws/lambda/${local.function_names[each.key]}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_lambda_function" "plant" {
  for_each = local.deployed

  function_name                  = local.function_names[each.key]
  description                    = each.value.description
  role                           = aws_iam_role.function[each.key].arn
  architectures                  = [var.architecture]
  memory_size                    = var.memory_mb[each.key]
  timeout                        = each.value.timeout_s
  reserved_concurrent_executions = var.reserved_concurrency[each.key]

  package_type     = var.image_tag == null ? "Zip" : "Image"
  filename         = var.image_tag == null ? var.lambda_zip : null
  source_code_hash = var.image_tag == null ? filebase64sha256(var.lambda_zip) : null
  runtime          = var.image_tag == null ? "nodejs24.x" : null
  handler          = var.image_tag == null ? "${each.key}.handler" : null
  image_uri        = var.image_tag == null ? null : "${aws_ecr_repository.plant.repository_url}:${var.image_tag}"

  dynamic "image_config" {
    for_each = var.image_tag == null ? [] : ["${each.key}.handler"]

    content {
      command = [image_config.value]
    }
  }

  environment {
    variables = merge(local.database_environment, each.value.environment, {
      PLANT_DATABASE_SECRET        = aws_secretsmanager_secret.login[each.key].arn
      POWERTOOLS_SERVICE_NAME      = local.function_names[each.key]
      POWERTOOLS_METRICS_NAMESPACE = local.metrics_namespace
      POWERTOOLS_LOG_LEVEL         = var.log_level
    })
  }

  vpc_config {
    subnet_ids         = local.network.subnet_ids
    security_group_ids = [aws_security_group.client.id]
  }

  logging_config {
    # Powertools writes JSON already.
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  # Lambda checks the right to make network interfaces when the function is made.
  depends_on = [aws_iam_role_policy.function]
}

resource "aws_lambda_function_event_invoke_config" "plant" {
  for_each = local.deployed

  function_name                = aws_lambda_function.plant[each.key].function_name
  maximum_retry_attempts       = each.value.retries
  maximum_event_age_in_seconds = each.value.longest_wait_s

  dynamic "destination_config" {
    for_each = each.value.failures_queued ? [aws_sqs_queue.dead_letter.arn] : []

    content {
      on_failure {
        destination = destination_config.value
      }
    }
  }

  # From zip to image, or back, the function is replaced under the same name; AWS deletes this configuration with it.
  lifecycle {
    replace_triggered_by = [aws_lambda_function.plant[each.key].arn]
  }
}

# For whoever may sign requests with IAM: the page shows names and telephone numbers. What stands in front of it, such as
# CloudFront, asks people for their login.
resource "aws_lambda_function_url" "dashboard" {
  for_each = toset(var.dashboard ? ["dashboard"] : [])

  function_name      = aws_lambda_function.plant[each.key].function_name
  authorization_type = "AWS_IAM"

  # As above: AWS deletes the URL with the function.
  lifecycle {
    replace_triggered_by = [aws_lambda_function.plant[each.key].arn]
  }
}
