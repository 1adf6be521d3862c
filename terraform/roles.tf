# The permissions of each role, no more than it needs. contract.json lists the calls of the code; a test compares both.

locals {
  # Keys that may have encrypted existing data: kms_key_arn may have changed. Conditions limit each use.
  former_and_present_keys = compact([
    "arn:${local.partition}:kms:${var.region}:${local.account}:key/*",
    var.kms_key_arn,
  ])
}

data "aws_iam_policy_document" "assume" {
  for_each = toset(["lambda", "scheduler"])

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }
    # Only for resources of this account, so that another account cannot have the service act for it.
    condition {
      test     = each.key == "scheduler" ? "StringEquals" : "StringEqualsIfExists"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_iam_role" "function" {
  for_each = local.deployed

  name               = "${var.name}-${var.region}-${each.key}"
  description        = each.value.description
  assume_role_policy = data.aws_iam_policy_document.assume["lambda"].json
}

resource "aws_iam_role_policy" "function" {
  for_each = local.deployed

  name = "${var.name}-${each.key}"
  role = aws_iam_role.function[each.key].id
  policy = {
    etl       = data.aws_iam_policy_document.function["etl"].json
    archive   = data.aws_iam_policy_document.archive.json
    alert     = data.aws_iam_policy_document.alert.json
    dashboard = one(data.aws_iam_policy_document.dashboard[*].json)
  }[each.key]
}

# The permissions of every Lambda, each for its own log group and secret.
data "aws_iam_policy_document" "function" {
  for_each = local.deployed

  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function[each.key].arn}:*"]
  }

  statement {
    sid       = "Login"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.login[each.key].arn]
  }

  statement {
    sid       = "LoginKey"
    actions   = ["kms:Decrypt"]
    resources = local.former_and_present_keys

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.region}.${local.dns_suffix}"]
    }
    condition {
      test     = "StringEquals"
      variable = "kms:EncryptionContext:SecretARN"
      values   = [aws_secretsmanager_secret.login[each.key].arn]
    }
  }

  statement {
    sid = "Network"
    actions = [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ]
    # * because the Describe actions support no resources, and the interfaces have no names before Lambda makes them.
    resources = ["*"]
  }

  # The right above is for Lambda, which uses this role for it, and not for the code that runs in it.
  statement {
    sid    = "NetworkNotFromCode"
    effect = "Deny"
    actions = [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ]
    # * because the denial covers every resource.
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "lambda:SourceFunctionArn"
      values   = ["arn:${local.partition}:lambda:${var.region}:${local.account}:function:${var.name}-${each.key}"]
    }
  }
}

# The further permissions of the archive's Lambda. It may delete no version: an overwritten or deleted object remains as
# a version until the lifecycle rule expires it.
data "aws_iam_policy_document" "archive" {
  source_policy_documents = [data.aws_iam_policy_document.function["archive"].json]

  statement {
    sid       = "ArchiveBucket"
    actions   = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [aws_s3_bucket.archive.arn]
  }

  statement {
    sid       = "ArchiveObjects"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
    resources = ["${aws_s3_bucket.archive.arn}/*"]
  }

  # With a bucket key S3 names the bucket, and without one the object.
  statement {
    sid       = "ReadingKey"
    actions   = ["kms:Decrypt"]
    resources = local.former_and_present_keys

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.${local.dns_suffix}"]
    }
    condition {
      test     = "StringLike"
      variable = "kms:EncryptionContext:aws:s3:arn"
      values   = [aws_s3_bucket.archive.arn, "${aws_s3_bucket.archive.arn}/*"]
    }
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]

    content {
      sid       = "WritingKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = [for service in ["s3", "sqs"] : "${service}.${var.region}.${local.dns_suffix}"]
      }
    }
  }

  statement {
    sid       = "FailedEvents"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letter.arn]
  }
}

# The further permissions of the alert Lambda: to send.
data "aws_iam_policy_document" "alert" {
  source_policy_documents = [data.aws_iam_policy_document.function["alert"].json]

  statement {
    sid       = "Topic"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.plants.arn]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]

    content {
      sid       = "TopicKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["sns.${var.region}.${local.dns_suffix}"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.ses_sender == null ? [] : [var.ses_sender]

    content {
      sid     = "Mail"
      actions = ["ses:SendEmail"]
      # The verified identity is the sender or its domain; in SES's sandbox the recipients are checked, too.
      resources = ["arn:${local.partition}:ses:${var.region}:${local.account}:identity/*"]

      condition {
        test     = "StringEquals"
        variable = "ses:FromAddress"
        values   = [statement.value]
      }
    }
  }
}

# The further permissions of the dashboard: to read the daily summaries.
data "aws_iam_policy_document" "dashboard" {
  count = var.dashboard ? 1 : 0

  source_policy_documents = [data.aws_iam_policy_document.function["dashboard"].json]

  statement {
    sid       = "ListSummaries"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.archive.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["plant_daily_summary/*"]
    }
  }

  statement {
    sid       = "Summaries"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.archive.arn}/plant_daily_summary/*"]
  }

  statement {
    sid       = "ReadingKey"
    actions   = ["kms:Decrypt"]
    resources = local.former_and_present_keys

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.${local.dns_suffix}"]
    }
    condition {
      test     = "StringLike"
      variable = "kms:EncryptionContext:aws:s3:arn"
      values   = [aws_s3_bucket.archive.arn, "${aws_s3_bucket.archive.arn}/plant_daily_summary/*"]
    }
  }
}

resource "aws_iam_role" "scheduler" {
  name               = "${var.name}-${var.region}-scheduler"
  description        = "Starts the runs"
  assume_role_policy = data.aws_iam_policy_document.assume["scheduler"].json
}

resource "aws_iam_role_policy" "scheduler" {
  name   = "${var.name}-scheduler"
  role   = aws_iam_role.scheduler.id
  policy = data.aws_iam_policy_document.scheduler.json
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    sid       = "Functions"
    actions   = ["lambda:InvokeFunction"]
    resources = [for key in local.scheduled_functions : aws_lambda_function.plant[key].arn]
  }

  dynamic "statement" {
    for_each = var.fan_out == null ? [] : [1]

    content {
      sid       = "StateMachines"
      actions   = ["states:StartExecution"]
      resources = values(module.fan_out[0].state_machine_arns)
    }
  }

  statement {
    sid       = "UndeliveredEvents"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letter.arn]
  }
  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]

    content {
      sid       = "QueueKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["sqs.${var.region}.${local.dns_suffix}"]
      }
    }
  }
}
