"""How a tree is proved: exactly, over every combination of answers.

Which answers stand for all others is found by `standing`, as values of `variables`; `combinations` holds sets and
functions of them without listing them, and `answer_space` the sets in which a statement holds. A tree is made ready by
`layout` and followed by `exploration`, for all combinations at once; `reach` says which questions and rules any come
to, and `care` whether one answer is less careful than another. What is wrong is told by `findings` and `red_flags`
with the counterexamples of `telling`, and sets are told in words by `regions`. `effort` says when to give up.

`engine.validation` says whether a tree is sound, `engine.meaning` what an edit changes, and `engine.certificate` what
was proved; they stand on these.
"""
