# One image for web, worker and clock; compose.yaml says which is which.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/leadops/bin:$PATH

WORKDIR /srv/leadops
COPY requirements.txt ./
RUN python -m venv /opt/leadops \
    && pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

COPY . .
RUN useradd --system --home-dir /srv/leadops leadops \
    && install -d -o leadops -g leadops var
USER leadops

ENV DEBUG=off DJANGO_SETTINGS_MODULE=leadops.settings
EXPOSE 8000
CMD ["gunicorn", "leadops.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8"]
