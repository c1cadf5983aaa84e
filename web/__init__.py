"""What people see: widget, chat gateway, agent desk, supervisor board, customer pages. Composes the WSGI app."""
