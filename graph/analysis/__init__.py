"""What a region has, lacks and could join: indicators with their formulas, over the facts of one snapshot."""
