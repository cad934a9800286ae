# syntax=docker/dockerfile:1
FROM python:3.12-slim

# TORCH=cpu takes PyTorch's CPU wheels; TORCH=cuda what PyPI gives, which is the CUDA build.
ARG TORCH=cpu

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PLATESEG_HOME=/data \
    HOST=0.0.0.0 \
    PORT=7860

WORKDIR /app

COPY requirements.txt .
# The CPU index has its own newest pair; requirements.txt checks it against the ranges right after.
# hadolint ignore=DL3013
RUN if [ "$TORCH" = "cpu" ]; then \
      pip install torch torchvision --index-url https://download.pytorch.org/whl/cpu; \
    fi \
    && pip install -r requirements.txt

RUN useradd --create-home --uid 10001 plateseg \
    && mkdir /data \
    && chown plateseg:plateseg /data

COPY app.py LICENSE ./
COPY plateseg plateseg
COPY storage storage

USER 10001
VOLUME /data
EXPOSE 7860
STOPSIGNAL SIGINT

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/api/health', timeout=4)"]

CMD ["python", "app.py"]
