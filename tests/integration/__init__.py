"""Parts together: storage, services and routes with a real database and real files."""
