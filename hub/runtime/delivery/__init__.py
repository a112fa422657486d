"""What rules want done, on its way out: messages, pictures, reports."""
