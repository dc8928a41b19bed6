"""Pictures for somebody else: files and paper, painted by the painter of the pane."""
