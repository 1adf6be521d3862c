module "database" {
  source = "./modules/database"
  count  = var.database == null ? 1 : 0

  name                = var.name
  engine              = var.new_database.engine
  instance_class      = var.new_database.instance_class
  storage_gb          = var.new_database.storage_gb
  max_storage_gb      = var.new_database.max_storage_gb
  vpc_id              = local.network.vpc_id
  subnet_ids          = local.network.subnet_ids
  kms_key_arn         = var.kms_key_arn
  deletion_protection = var.deletion_protection
}

locals {
  database = var.database != null ? var.database : {
    host              = module.database[0].host
    port              = module.database[0].port
    security_group_id = module.database[0].security_group_id
  }
}

# Each Lambda has a login of its own, and the address of the database in its environment. The password is generated here
# and stored in Secrets Manager, and is in no state or plan: the value is ephemeral, and the write-only argument is
# written once a version.

ephemeral "random_password" "login" {
  for_each = local.deployed

  length           = 40
  min_upper        = 1
  min_lower        = 1
  min_numeric      = 1
  min_special      = 1
  override_special = "-_.~"
}

resource "aws_secretsmanager_secret" "login" {
  for_each = local.deployed

  # A deleted secret keeps its name for 30 days, so each apply after a destroy takes a new one.
  name_prefix             = "${var.name}/${each.key}-database-"
  description             = "How the ${each.key} Lambda signs in to the database"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "login" {
  for_each = local.deployed

  secret_id                = aws_secretsmanager_secret.login[each.key].id
  secret_string_wo_version = var.password_version
  secret_string_wo = jsonencode({
    username = each.value.login
    password = ephemeral.random_password.login[each.key].result
  })
}
