"""Files that people attach: which are taken in, where they lie, who may open them, and that they did."""
