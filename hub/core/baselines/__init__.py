"""The approved settings of devices (参数基线): what was read, what was approved, and what differs."""
