"""Make the tables, step by step, up and down; each step is whole in one transaction on both databases."""
