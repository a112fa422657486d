"""Reports as pages for browsers and paper, and as sheets for spreadsheet programs. Without scripts."""
