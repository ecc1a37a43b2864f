"""Arabic text: folding, bidirectional order, joined letter forms, segmentation and lines of cells."""
