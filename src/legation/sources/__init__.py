"""One file per outside place that observations come from."""
