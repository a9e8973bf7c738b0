"""What each role is asked, and how its answer is read.

One module per role with `messages(...)`, the prompt, and `parse(text)`: a value, or `Unread`
with the reason. No parser raises, executes or guesses.
"""
