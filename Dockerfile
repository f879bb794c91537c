# UNVERIFIED: written without a container engine at hand, never built or run. Report what has to be changed.
#   docker build -t search27 .
#   docker run -p 127.0.0.1:8501:8501 -v "$PWD/corpus:/srv/search27/corpus" -v search27-index:/srv/search27/index search27
FROM python:3.12-slim

RUN apt-get update \
 && apt-get install -y --no-install-recommends make \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --home-dir /srv/search27 search27

WORKDIR /srv/search27
COPY --chown=search27 . .
USER search27
ARG TORCH_INDEX_URL=
RUN make install TORCH_INDEX_URL="$TORCH_INDEX_URL" && mkdir -p corpus index feedback

EXPOSE 8501
VOLUME ["/srv/search27/corpus", "/srv/search27/index", "/srv/search27/feedback"]
HEALTHCHECK --start-period=60s CMD [".venv/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=5)"]
CMD ["sh", "-c", ".venv/bin/search27 build && exec .venv/bin/search27 serve --address 0.0.0.0"]
