"""How data comes in, is checked, kept, matched and published."""
