import { z } from 'zod';
import { definePlugin } from '../../core/plugin.js';
import { setting, settingTypes } from '../../core/settings.js';

const settings = z.strictObject({
  isOn: setting(settingTypes.flag(false), {
    env: 'DOCENT_OPENTELEMETRY',
    description:
      'Whether answers and embeddings are told to OpenTelemetry as spans. Needs `npm install @opentelemetry/api @opentelemetry/sdk-node`; where they go is set by the OTEL_… variables.',
  }),
});

export default definePlugin({
  name: 'opentelemetry',
  description: 'Tells answers and embeddings to OpenTelemetry as spans, without any text of them.',
  settings,
  enabled: ({ isOn }) => isOn,
  async create({ logger }) {
    const { createTracing } = await import('./tracing.js');
    const { observer, stop } = await createTracing(logger);
    return { observers: [observer], stop };
  },
});
