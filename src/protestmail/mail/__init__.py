"""A letter as a message: who gets it by e-mail, the bytes, and a second reading of them."""
