"""What is counted over the journal: followed once from its beginning, then carried on."""
