"""What a newcomer explores: map, programmes, glossary, places, tours; drawn once for each generation."""
