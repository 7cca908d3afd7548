"""服务计划 · What a service institution owes an enterprise in a year: made, its expert changed, ended.

Pure: (plan, ask, occasion) -> events.
"""
