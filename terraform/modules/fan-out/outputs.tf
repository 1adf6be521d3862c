output "state_machine_arns" {
  description = "The state machines: pull takes {first, last, size}, archive takes {until, hours}."
  value       = { for key, machine in aws_sfn_state_machine.this : key => machine.arn }
}

output "log_groups" {
  description = "Where each state machine logs what failed."
  value       = { for key, group in aws_cloudwatch_log_group.machine : key => group.name }
}
