"""Reviews of people (考核): points computed from the record by the site's scheme, appeals, and who decides on them."""
