"""The gateway: accounts, the symbol registry, every public route and the web pages."""
