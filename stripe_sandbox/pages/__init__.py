"""The French pages of the HTTP face: what donors see."""
