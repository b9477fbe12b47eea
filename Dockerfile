# The production image: web, worker and beat run from it, and so does "migrate" (docker-compose.yml).
FROM python:3.11-slim-bookworm AS build
WORKDIR /evenhand
COPY requirements.txt requirements-setup.txt requirements-node.txt package.json package-lock.json .npmrc ./
COPY script ./script
RUN script/setup --production
COPY . .
# Collecting reads the settings, and none of these values outlives this line.
RUN EVENHAND_VAR=/tmp/var .venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
# A user that owns nothing but the folder it writes to.
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin evenhand \
    && install -d -o evenhand -g evenhand /var/lib/evenhand
WORKDIR /evenhand
COPY --from=build /evenhand /evenhand
RUN rm -rf node_modules
ENV PATH=/evenhand/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    EVENHAND_ENV=production \
    EVENHAND_VAR=/var/lib/evenhand \
    HOST=0.0.0.0 \
    PORT=8000
USER evenhand
VOLUME /var/lib/evenhand
EXPOSE 8000
CMD ["gunicorn", "--config=python:protocol_site.gunicorn", "protocol_site.wsgi"]
