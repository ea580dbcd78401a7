"""The scores: each job brings the rooms together in the order in which its work is done."""
