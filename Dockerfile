# One image for the web server, the worker and the migrations.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/production.txt requirements/
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/production.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN /venv/bin/pip install --no-cache-dir --no-deps .
# Settings are read while collecting; nothing of these values stays in the image.
RUN COUNTERFOIL_MODE=development COUNTERFOIL_STATIC_ROOT=/static \
    DJANGO_SETTINGS_MODULE=counterfoil.config.settings \
    /venv/bin/python -m django collectstatic --noinput

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home counterfoil \
    && install --directory --owner 10001 /state
COPY --from=build /venv /venv
COPY --from=build /static /static
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 \
    COUNTERFOIL_MODE=production COUNTERFOIL_STATIC_ROOT=/static \
    COUNTERFOIL_POSTING_MARK_FILE=/state/posting.json
VOLUME /state
USER counterfoil
EXPOSE 8000
CMD ["counterfoil", "serve", "--host", "0.0.0.0", "--port", "8000"]
