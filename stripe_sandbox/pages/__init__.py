"""The French pages of the HTTP face: the pay page and the landing page."""
