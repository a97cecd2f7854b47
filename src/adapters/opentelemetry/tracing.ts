import { DocentError } from '../../core/errors.js';
import type { Logger } from '../../core/ports/logger.js';
import type { Observer } from '../../core/telemetry/observation.js';
import { type OpenTelemetryApi, createSpans } from './spans.js';

/** The part of `@opentelemetry/sdk-node` that is used. */
interface OpenTelemetrySdk {
  readonly NodeSDK: new (options: { readonly serviceName: string }) => { start(): void; shutdown(): Promise<void> };
}

const API = '@opentelemetry/api';
const SDK = '@opentelemetry/sdk-node';

/**
 * Starts the SDK, which reads where spans go from the OTEL_… variables.
 * @param load loads a package that the operator installed.
 * @throws DocentError `SETTINGS_INVALID` when the packages are not there.
 */
export async function createTracing(
  logger: Logger,
  load: (name: string) => Promise<unknown> = (name) => import(name),
): Promise<{ readonly observer: Observer; stop(): Promise<void> }> {
  const [api, { NodeSDK }] = (await Promise.all([load(API), load(SDK)]).catch((cause: unknown) => {
    throw new DocentError('SETTINGS_INVALID', {
      userMessage: `DOCENT_OPENTELEMETRY is on, but OpenTelemetry is not installed beside Docent. Run "npm install ${API} ${SDK}", or take the setting away.`,
      cause,
    });
  })) as [OpenTelemetryApi, OpenTelemetrySdk];
  const sdk = new NodeSDK({ serviceName: 'docent' });
  sdk.start();
  const spans = createSpans(api);
  return {
    observer(observation) {
      if (observation.kind === 'answer') spans.answer(observation);
      if (observation.kind === 'embedding') spans.embedding(observation);
    },
    stop: () => sdk.shutdown().catch((error: unknown) => logger.warn('opentelemetry.not-flushed', {}, error)),
  };
}
