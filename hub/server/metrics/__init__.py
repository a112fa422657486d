"""What Prometheus is told of the hub: names, samples, the page, and who may read it."""
