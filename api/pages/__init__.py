"""What people read: a module for each subject of the pages, unless RDF or files are served beside them: see `api`."""
