"""What customers say of the work: asked by mail after an occasion, answered behind a signed link, once."""
