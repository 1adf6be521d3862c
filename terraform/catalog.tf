# The archive as tables, for Athena. Partition projection: no crawler, and nothing to add when an hour comes. The columns
# are those of docs/querying.md; a test compares.

locals {
  projected_ranges = {
    year  = "2026,2036"
    month = "1,12"
    day   = "1,31"
    hour  = "0,23"
  }

  archive_tables = {
    plant_reading = {
      description = "Every reading of the archive, once"
      partitions  = ["year", "month", "day", "hour"]
      columns = [
        ["plant_reading_id", "bigint"],
        ["plant_id", "bigint"],
        ["recording_taken", "timestamp"],
        ["soil_moisture", "double"],
        ["temperature", "double"],
        ["last_watered", "timestamp"],
        ["quality_flag", "int"],
        ["ingested_at", "timestamp"],
        ["run_id", "string"],
      ]
    }
    plant_daily_summary = {
      description = "A plant's complete day a row"
      partitions  = ["year", "month", "day"]
      columns = [
        ["reading_date", "date"],
        ["plant_id", "bigint"],
        ["plant_name", "string"],
        ["scientific_name", "string"],
        ["botanist_name", "string"],
        ["botanist_email", "string"],
        ["botanist_phone", "string"],
        ["readings", "int"],
        ["min_temperature", "double"],
        ["max_temperature", "double"],
        ["avg_temperature", "double"],
        ["median_temperature", "double"],
        ["p25_temperature", "double"],
        ["p75_temperature", "double"],
        ["flagged_temperature", "int"],
        ["min_soil_moisture", "double"],
        ["max_soil_moisture", "double"],
        ["avg_soil_moisture", "double"],
        ["median_soil_moisture", "double"],
        ["p25_soil_moisture", "double"],
        ["p75_soil_moisture", "double"],
        ["flagged_soil_moisture", "int"],
        ["times_watered", "int"],
      ]
    }
  }
}

resource "aws_glue_catalog_database" "archive" {
  name        = "${replace(var.name, "-", "_")}_archive"
  description = "Readings and daily summaries of every plant of the conservatory"
}

resource "aws_glue_catalog_table" "archive" {
  for_each = local.archive_tables

  name          = each.key
  database_name = aws_glue_catalog_database.archive.name
  description   = each.value.description
  table_type    = "EXTERNAL_TABLE"

  parameters = merge(
    {
      "EXTERNAL"           = "TRUE"
      "classification"     = "parquet"
      "projection.enabled" = "true"
      "storage.location.template" = format(
        "s3://%s/%s/%s/",
        aws_s3_bucket.archive.bucket,
        each.key,
        join("/", [for key in each.value.partitions : "${key}=$${${key}}"]),
      )
    },
    { for key in each.value.partitions : "projection.${key}.type" => "integer" },
    { for key in each.value.partitions : "projection.${key}.range" => local.projected_ranges[key] },
    # As the folders are written: month=01.
    { for key in each.value.partitions : "projection.${key}.digits" => "2" if key != "year" },
  )

  dynamic "partition_keys" {
    for_each = each.value.partitions

    content {
      name = partition_keys.value
      type = "int"
    }
  }

  storage_descriptor {
    location      = "s3://${aws_s3_bucket.archive.bucket}/${each.key}/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    dynamic "columns" {
      for_each = each.value.columns

      content {
        name = columns.value[0]
        type = columns.value[1]
      }
    }
  }
}

resource "aws_athena_workgroup" "archive" {
  name          = "${var.name}-archive"
  description   = "Queries of the archive"
  force_destroy = !var.deletion_protection

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    # Stops a query that would read more: 10 GiB cost five cents, and a year of 50 plants has less.
    bytes_scanned_cutoff_per_query = 10737418240

    # Athena keeps results itself, for a day: no bucket to make, to close and to empty.
    managed_query_results_configuration {
      enabled = true
    }
  }
}
