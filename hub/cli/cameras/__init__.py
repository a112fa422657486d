"""Cameras: how they are, why they are judged so, their reference views."""
