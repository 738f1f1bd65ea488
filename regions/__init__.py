"""Region packs: the tables, schemes and mappings of one region each."""
