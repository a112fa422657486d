"""What a person sees: from the state to what the API sends, cut to what that person may see."""
