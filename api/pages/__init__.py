"""What people read: one module for each subject of the pages, its templates in `api/templates`."""
