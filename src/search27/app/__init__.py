"""The Streamlit app: pages that ask `Library` and start `ingest.build`, and nothing else."""


def main() -> None:
    """Run the app's script once, as Streamlit does for each interaction."""
    # Streamlit is loaded here so that importing `search27.app.server` for the CLI stays quick.
    from search27.app.navigation import run

    run()
