"""The decision engine: a tree as data, walking it, and proving it.

Plain Python. It knows no Django, no database, no clock and no wording of a page: the day, the figures and the local
settings come in as arguments. Import what you need from the module that defines it.
"""
