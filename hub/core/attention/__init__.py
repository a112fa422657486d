"""Attention checks (注意力抽查): asked at random times of those who are at a post."""
