output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "Its two private subnets, which reach the internet through NAT."
  value       = [for subnet in aws_subnet.private : subnet.id]
}
