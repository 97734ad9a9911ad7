"""The seam `Runner`: shards of photos in, shards of vectors out."""
