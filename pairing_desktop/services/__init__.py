"""One use case each: one function, one transaction, one result."""
