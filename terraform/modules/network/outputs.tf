output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "Its two private subnets, which reach the internet through NAT."
  value       = [for subnet in aws_subnet.private : subnet.id]

  # What is put into a subnet has its way out, to the internet and to S3, before it starts, and until it is gone.
  depends_on = [
    aws_route_table_association.public,
    aws_route_table_association.private,
    aws_vpc_endpoint.s3,
  ]
}
