"""What people see: the parts that pages are made of, and the forms they fill in. No models, no views."""
