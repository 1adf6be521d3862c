module "network" {
  source = "./modules/network"
  count  = var.network == null ? 1 : 0

  name               = var.name
  archive_bucket_arn = aws_s3_bucket.archive.arn
  flow_logs          = var.flow_logs
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.kms_key_arn
}

locals {
  network = var.network != null ? var.network : {
    vpc_id     = module.network[0].vpc_id
    subnet_ids = module.network[0].private_subnet_ids
  }
}

# What the Lambdas, and whoever migrates, are in: out to HTTPS and to the database, and nothing in.
resource "aws_security_group" "client" {
  name        = "${var.name}-client"
  description = "Reaches the database, the museum API and AWS"
  vpc_id      = local.network.vpc_id

  # On destroy this group waits until Lambda has deleted its network interfaces, for which Lambda uses the roles' policies.
  depends_on = [aws_iam_role_policy.function]
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.client.id
  description       = "The museum API, S3, Secrets Manager, SNS, SES and webhooks"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "database" {
  security_group_id            = aws_security_group.client.id
  description                  = "The database"
  ip_protocol                  = "tcp"
  from_port                    = local.database.port
  to_port                      = local.database.port
  referenced_security_group_id = local.database.security_group_id
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = local.database.security_group_id
  description                  = "The plant pipeline"
  ip_protocol                  = "tcp"
  from_port                    = local.database.port
  to_port                      = local.database.port
  referenced_security_group_id = aws_security_group.client.id
}
