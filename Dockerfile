# The service in a container. The steps are the Makefile's own: `make core`, then `artrieve serve`.
#
#   docker build -t artrieve .
#   docker run --network host -v artrieve:/var/lib/artrieve artrieve
#
# `--network host` because the service listens on this machine's own address only (docs/settings.md, HOST).
# Another address or port: `-e ARTRIEVE_HOST=::1 -e ARTRIEVE_PORT=9000`, which the health check reads too.

FROM python:3.13-bookworm AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE Makefile ./
COPY data data
COPY models models
COPY indexer indexer
COPY service service
COPY scripts scripts
RUN make core VENV=/opt/artrieve EDITABLE=

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/artrieve --create-home artrieve
COPY --from=build /opt/artrieve /opt/artrieve
ENV PATH=/opt/artrieve/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ARTRIEVE_DATA_DIR=/var/lib/artrieve
USER artrieve
WORKDIR /var/lib/artrieve
VOLUME /var/lib/artrieve
EXPOSE 8377
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection(os.environ.get('ARTRIEVE_HOST', '127.0.0.1').strip('[]'), int(os.environ.get('ARTRIEVE_PORT', '8377')), timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["artrieve"]
CMD ["serve"]
