"""The only user of SQLAlchemy: tables, the unit of work, and one repository a feature."""
