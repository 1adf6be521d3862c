output "identifier" {
  description = "What RDS calls the instance."
  value       = aws_db_instance.this.identifier
}

output "host" {
  description = "The database's host."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "The database's port."
  value       = aws_db_instance.this.port
}

output "security_group_id" {
  description = "The database's security group."
  value       = aws_security_group.database.id
}

output "master_secret_arn" {
  description = "The secret with the master's name and password, which RDS keeps."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}
