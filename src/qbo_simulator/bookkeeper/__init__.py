"""The bookkeeper's pages: what a person at the company sees and does in its books.

Server-rendered, usable without JavaScript. The public door is `pages.routes`; the pages
act through `company.Company` like everybody else, never on the tables.
"""
