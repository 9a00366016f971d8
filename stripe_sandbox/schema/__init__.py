"""What the installed SDK says about shapes: of the parameters it sends and of the objects it reads."""
