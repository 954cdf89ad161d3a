# One target for each image: gateway, ingestion, backtest, prediction, reports, release (migrations and secrets), nginx,
# sandbox (a stand-in for Alpha Vantage). Without a target: the whole demo in one container,
# `docker build -t barline . && docker run -p 8000:8000 barline`.
ARG PYTHON_IMAGE=python:3.13-slim-bookworm
ARG NGINX_IMAGE=nginx:1.28

# --- What every build begins with: uv, and a script that fills /opt/barline --------------------------------------------
FROM ${PYTHON_IMAGE} AS tools
# With a date given, bytecode is checked by its hash, so that the same sources make the same files.
ARG SOURCE_DATE_EPOCH=1577836800
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH} PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY requirements-setup.txt ./
RUN python3 -m venv /opt/setup && /opt/setup/bin/pip install -q --require-hashes -r requirements-setup.txt \
 && python3 -m venv --without-pip /opt/barline
COPY deploy/images/install.sh /usr/local/bin/install-packages

# --- The packages of each image ----------------------------------------------------------------------------------------
FROM tools AS gateway-packages
COPY gateway/requirements.txt gateway/
RUN install-packages locked gateway/requirements.txt
COPY shared shared
COPY gateway gateway
RUN install-packages own ./shared ./gateway \
 && SECRET_KEY=build API_KEY_SECRET=build DATABASE_URL=postgres://build INTERNAL_KEYS_DIR=/nowhere STATIC_ROOT=/opt/static \
    DJANGO_SETTINGS_MODULE=barline_gateway.settings /opt/barline/bin/python -m django collectstatic --noinput -v 0 \
 && /opt/barline/bin/python -m whitenoise.compress -q --no-brotli /opt/static \
# Its script is among the static files now.
 && install-packages without plotly narwhals

FROM tools AS ingestion-packages
COPY services/ingestion/requirements.txt services/ingestion/
RUN install-packages locked services/ingestion/requirements.txt
COPY shared shared
COPY services/ingestion services/ingestion
RUN install-packages own ./shared ./services/ingestion

FROM tools AS sandbox-packages
COPY services/ingestion/requirements-sandbox.txt services/ingestion/
RUN install-packages locked services/ingestion/requirements-sandbox.txt
COPY services/ingestion services/ingestion
RUN install-packages own ./services/ingestion

FROM tools AS backtest-packages
COPY services/backtest/requirements.txt services/backtest/
RUN install-packages locked services/backtest/requirements.txt
COPY shared shared
COPY services/backtest services/backtest
RUN install-packages own ./shared ./services/backtest \
# The engine's machine code is made here, for any x86-64 or arm64, not in the first request.
 && NUMBA_CACHE_DIR=/opt/barline/numba NUMBA_CPU_NAME=generic /opt/barline/bin/python -m barline_backtest.warm_up

FROM tools AS prediction-packages
COPY services/prediction/requirements.txt services/prediction/
RUN install-packages locked services/prediction/requirements.txt
COPY shared shared
COPY services/prediction services/prediction
RUN install-packages own ./shared ./services/prediction

FROM tools AS reports-packages
COPY services/reports/requirements.txt services/reports/
RUN install-packages locked services/reports/requirements.txt
COPY shared shared
COPY services/reports services/reports
RUN install-packages own ./shared ./services/reports

FROM tools AS release-packages
COPY deploy/release/requirements.txt deploy/release/
RUN install-packages locked deploy/release/requirements.txt
COPY shared shared
COPY gateway gateway
COPY deploy/release deploy/release
RUN install-packages own ./shared ./gateway ./deploy/release && install-packages without plotly narwhals

FROM tools AS demo-packages
COPY requirements.txt ./
RUN install-packages locked requirements.txt
COPY shared shared
COPY services services
COPY gateway gateway
COPY deploy/release deploy/release
COPY deploy/local deploy/local
RUN install-packages own ./shared ./services/ingestion ./services/backtest ./services/prediction ./services/reports \
      ./gateway ./deploy/release ./deploy/local \
 && NUMBA_CACHE_DIR=/opt/barline/numba NUMBA_CPU_NAME=generic /opt/barline/bin/python -m barline_backtest.warm_up

# --- What every image runs on ------------------------------------------------------------------------------------------
FROM ${PYTHON_IMAGE} AS runtime
RUN useradd --system --uid 10001 --home-dir /tmp --shell /usr/sbin/nologin barline
ENV PATH=/opt/barline/bin:$PATH \
    HOST=0.0.0.0 \
    PORT=8000 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
LABEL org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.vendor="Barline"
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --start-period=30s --interval=10s --timeout=6s \
  CMD ["python3", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz', timeout=5)"]

# --- The images --------------------------------------------------------------------------------------------------------
FROM runtime AS gateway
LABEL org.opencontainers.image.title="Barline gateway"
COPY --from=gateway-packages /opt/barline /opt/barline
COPY --from=gateway-packages /opt/static /opt/static
ENV DJANGO_SETTINGS_MODULE=barline_gateway.settings STATIC_ROOT=/opt/static
CMD ["python3", "-m", "barline_gateway"]

FROM runtime AS ingestion
LABEL org.opencontainers.image.title="Barline ingestion"
COPY --from=ingestion-packages /opt/barline /opt/barline
CMD ["python3", "-m", "barline_ingestion"]

FROM runtime AS sandbox
LABEL org.opencontainers.image.title="Barline sandbox"
COPY --from=sandbox-packages /opt/barline /opt/barline
HEALTHCHECK NONE
CMD ["python3", "-m", "barline_sandbox", "--host", "0.0.0.0", "--port", "8000"]

FROM runtime AS backtest
LABEL org.opencontainers.image.title="Barline backtest"
COPY --from=backtest-packages /opt/barline /opt/barline
ENV COMPILED_KERNELS_DIR=/opt/barline/numba NUMBA_CACHE_DIR=/tmp/numba NUMBA_CPU_NAME=generic
CMD ["python3", "-m", "barline_backtest"]

FROM runtime AS prediction
LABEL org.opencontainers.image.title="Barline prediction"
COPY --from=prediction-packages /opt/barline /opt/barline
CMD ["python3", "-m", "barline_prediction"]

FROM runtime AS drawing
USER 0
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      chromium-headless-shell libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/doc /usr/share/icons /usr/share/locale /usr/share/man \
# Figures are drawn without a graphics card: what would drive one is a tenth of the image.
 && rm -rf /usr/lib/*/dri /usr/lib/*/libLLVM-*.so* /usr/lib/*/libz3.so* /usr/lib/chromium/libVkLayer_*
ENV CHROMIUM_PATH=/usr/bin/chromium-headless-shell
USER 10001:10001

FROM drawing AS reports
LABEL org.opencontainers.image.title="Barline reports"
COPY --from=reports-packages /opt/barline /opt/barline
CMD ["python3", "-m", "barline_reports"]

FROM runtime AS release
LABEL org.opencontainers.image.title="Barline release"
COPY --from=release-packages /opt/barline /opt/barline
# A fresh volume takes the owner of the folder it covers.
USER 0
RUN for reader in gateway ingestion backtest prediction reports database release nginx; do \
      install -d -o barline -g barline -m 0750 /secrets/$reader; done
USER 10001:10001
HEALTHCHECK NONE
CMD ["python3", "-m", "barline_release", "migrate"]

FROM ${NGINX_IMAGE} AS nginx
LABEL org.opencontainers.image.title="Barline nginx" org.opencontainers.image.licenses="MIT"
COPY --from=gateway-packages /opt/static /opt/static
COPY deploy/nginx/nginx.conf /etc/nginx/nginx.conf
USER 10001:10001
EXPOSE 8080 8443

FROM drawing AS demo
LABEL org.opencontainers.image.title="Barline" \
      org.opencontainers.image.description="Daily stock bars, backtests and forecasts: the demo in one container"
COPY --from=demo-packages /opt/barline /opt/barline
USER 0
# numba passes over a folder that it cannot write to.
RUN install -d -o barline -g barline -m 0750 /data && chown -R barline:barline /opt/barline/numba
ENV BARLINE_HOME=/data NUMBA_CACHE_DIR=/opt/barline/numba NUMBA_CPU_NAME=generic
USER 10001:10001
WORKDIR /data
VOLUME /data
HEALTHCHECK --start-period=90s --interval=15s \
  CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=5)"]
CMD ["python3", "-m", "barline_local"]
