"""All SQL of the service, one table or task a module. Nothing here commits: the caller's
transaction does.
"""
