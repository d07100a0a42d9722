# A desk in a container: `docker build -t babelwire .`, or `docker compose up`. See docs/install.md.
# Two stages: what is needed to build stays behind. The same Debian in both, since wheels are built for it.

FROM python:3.12-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/babelwire
COPY requirements.lock ./
RUN /opt/babelwire/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN python -m pip wheel --no-cache-dir --disable-pip-version-check --no-deps --wheel-dir /build/dist . \
 && /opt/babelwire/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps /build/dist/*.whl \
 && /opt/babelwire/bin/pip check \
 && /opt/babelwire/bin/pip uninstall --yes pip

FROM python:3.12-slim-bookworm
LABEL org.opencontainers.image.title="Babelwire" \
      org.opencontainers.image.description="An automatic multilingual news desk: feeds in, a checked and translated news site out." \
      org.opencontainers.image.licenses="Apache-2.0"
# Apertium and its language pairs are programs of their own (GPL), beside Babelwire and not part of it.
COPY packages-engine.txt /tmp/
RUN apt-get update \
 && xargs apt-get install -y --no-install-recommends < /tmp/packages-engine.txt \
 && rm -rf /var/lib/apt/lists/* /tmp/packages-engine.txt \
 && groupadd --gid 10001 babelwire \
 && useradd --uid 10001 --gid 10001 --home-dir /srv/babelwire --create-home --shell /usr/sbin/nologin babelwire \
 && install -d -o babelwire -g babelwire /srv/babelwire/data
COPY --from=build /opt/babelwire /opt/babelwire
ENV PATH=/opt/babelwire/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BABELWIRE_CONFIG=/srv/babelwire/babelwire.toml
USER 10001:10001
WORKDIR /srv/babelwire
# The database, the site and backups: everything that has to outlive the container. The configuration is mounted read-only.
VOLUME /srv/babelwire/data
EXPOSE 8080
STOPSIGNAL SIGTERM
# 503 when the database is gone or nobody polls.
HEALTHCHECK --interval=60s --timeout=10s --start-period=120s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:9464/health', timeout=8)"]
ENTRYPOINT ["babelwire"]
CMD ["run", "--serve", "8080", "--host", "0.0.0.0", "--observe", "127.0.0.1:9464", "--log", "json"]
