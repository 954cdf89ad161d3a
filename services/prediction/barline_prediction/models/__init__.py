"""The trained models Barline ships: a pickle and its manifest each, read only when both match what the code pins."""
