"""What runs once before a release serves: secrets are made, the schema is migrated, each process gets its login."""
