resource "aws_db_subnet_group" "this" {
  name        = var.name
  description = "The plant database"
  subnet_ids  = var.subnet_ids
}

resource "aws_security_group" "database" {
  name        = "${var.name}-database"
  description = "The plant database; who may reach it is added as rules"
  vpc_id      = var.vpc_id
}

resource "aws_db_parameter_group" "this" {
  name        = var.name
  description = "Connections are encrypted or refused"
  family      = "${var.engine}-16.0"

  parameter {
    name         = "rds.force_ssl"
    value        = "1"
    apply_method = "pending-reboot"
  }
}

resource "aws_db_instance" "this" {
  identifier             = var.name
  engine                 = var.engine
  engine_version         = "16.00"
  license_model          = "license-included"
  instance_class         = var.instance_class
  parameter_group_name   = aws_db_parameter_group.this.name
  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.database.id]
  publicly_accessible    = false
  port                   = 1433

  storage_type          = "gp3"
  allocated_storage     = var.storage_gb
  max_allocated_storage = var.max_storage_gb
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  # RDS makes the master's password, keeps it in Secrets Manager and changes it every week.
  username                      = "plant_master"
  manage_master_user_password   = true
  master_user_secret_kms_key_id = var.kms_key_arn

  # In UTC, after the archive has run and while Liverpool is asleep.
  backup_retention_period    = 7
  backup_window              = "02:00-02:30"
  maintenance_window         = "sun:03:00-sun:04:00"
  auto_minor_version_upgrade = true
  copy_tags_to_snapshot      = true

  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.deletion_protection
  final_snapshot_identifier = "${var.name}-last"

  # A larger class that is needed now does not wait for Sunday. A change of class restarts the instance.
  apply_immediately = true

  lifecycle {
    ignore_changes = [
      # RDS raises the minor version itself, and an import reads the complete number.
      engine_version,
      # Another key replaces the instance, with nothing in it, and RDS does not re-encrypt the master's secret in place.
      kms_key_id,
      master_user_secret_kms_key_id,
    ]
  }
}
