"""The public routes as an OpenAPI 3.1 document: written as data, completed from the services' own models."""
