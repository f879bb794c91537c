"""What a generation of the index holds, and how it is read and written."""
