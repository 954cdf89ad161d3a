# The whole demo in one container: docker build -t barline . && docker run -p 8000:8000 barline
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
COPY requirements-setup.txt requirements.txt ./
RUN python3 -m venv /opt/barline && python3 -m venv /opt/setup \
 && /opt/setup/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-setup.txt \
 && /opt/setup/bin/uv pip install -q --no-cache --compile-bytecode --python /opt/barline/bin/python --require-hashes -r requirements.txt
COPY shared shared
COPY services services
COPY gateway gateway
COPY deploy/local deploy/local
RUN /opt/setup/bin/uv pip install -q --no-cache --compile-bytecode --python /opt/barline/bin/python --no-deps --no-build-isolation \
      ./shared ./services/ingestion ./services/backtest ./services/prediction ./services/reports ./gateway ./deploy/local
# The engine's machine code is made here, for any x86-64 or arm64, not in the first request.
RUN NUMBA_CACHE_DIR=/opt/barline/numba NUMBA_CPU_NAME=generic /opt/barline/bin/python -m barline_backtest.warm_up

FROM python:3.13-slim-bookworm AS demo
LABEL org.opencontainers.image.title="Barline" \
      org.opencontainers.image.description="Daily stock bars, backtests and forecasts: the demo in one container" \
      org.opencontainers.image.licenses="MIT"
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      chromium libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin barline \
 && install -d -o barline -g barline -m 0750 /data
COPY --from=build /opt/barline /opt/barline
ENV PATH=/opt/barline/bin:$PATH \
    BARLINE_HOME=/data \
    HOST=0.0.0.0 \
    NUMBA_CACHE_DIR=/opt/barline/numba \
    NUMBA_CPU_NAME=generic \
    PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --start-period=90s --interval=15s \
  CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=5)"]
STOPSIGNAL SIGTERM
CMD ["python3", "-m", "barline_local"]
