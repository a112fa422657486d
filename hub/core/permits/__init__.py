"""Permits (遮挡许可) for work that covers a camera: applied for, approved by somebody else, in force for a time."""
