"""What the words mean: terms, schemes, shapes and the axioms that tie them."""
