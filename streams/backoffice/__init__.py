"""What every page of the back office shares; it knows no app of ours."""
