"""The forms: what they ask, and how what was typed becomes a command. Pure; `hub.tui.screens.form` draws them.

Each form is made anew whenever the language changes, so its texts are already in the language in force.
"""
