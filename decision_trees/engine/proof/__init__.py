"""How a tree is proved: exactly, over every combination of answers.

`answer_space` finds the answers that stand for all others, `combinations` holds sets and functions of them without
listing them, and `exploration` follows a tree for all of them at once. `engine.validation` says what is wrong with a
tree, `engine.meaning` what an edit changes, and `engine.certificate` what was proved; they stand on these.
"""
