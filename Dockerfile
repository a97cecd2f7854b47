# Docent as a container: built from the lock file, run by a user who can write to /data and /tmp alone.

FROM node:22.23.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc LICENSE ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts scripts
COPY src src
RUN npm run build \
    && npm prune --omit=dev --no-audit --no-fund \
    # The Chroma client brings the server along, which only the tests start.
    && rm -rf node_modules/chromadb-js-bindings-*

FROM node:22.23.2-bookworm-slim
LABEL org.opencontainers.image.title="Docent" \
      org.opencontainers.image.description="A self-hosted knowledge bot: give it documents, ask in chat, get answers with numbered sources." \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# Files are read in children that prlimit bounds; without it they have softer limits, so its absence is no surprise at run time.
RUN test -x /usr/bin/prlimit \
    && ln -s /app/dist/src/cli.js /usr/local/bin/docent \
    && install --directory --owner=node --group=node --mode=0700 /data
ENV NODE_ENV=production \
    DOCENT_DATA_FOLDER=/data \
    DOCENT_WEB_HOST=0.0.0.0 \
    DOCENT_WEB_PORT=3000
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=20s --start-period=60s --retries=3 CMD ["docent", "healthcheck"]
CMD ["node", "--max-semi-space-size=4", "dist/src/main.js"]
