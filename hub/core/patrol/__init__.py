"""Walking the wall (巡检画面): every channel of a post confirmed once an interval."""
