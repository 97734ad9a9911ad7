"""Sight: a photo in; views, descriptors, keypoints, matches and probabilities out. Knows no database and no HTTP."""
