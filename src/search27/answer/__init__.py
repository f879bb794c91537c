"""From evidence to an answer: what is asked, which sentences say it, how sure that is."""
