"""What a form is: definition, field types, expressions, rules, a draft being typed."""
