"""In-app notifications as a Python team would build them: FastAPI, procrastinate, one PostgreSQL.

The queue lies in the same database as the messages. So a trigger and its jobs are stored by one transaction, and there
is no Redis to run, to lose, or to disagree with the database.
"""
