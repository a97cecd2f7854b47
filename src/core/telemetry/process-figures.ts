import { createCounter, createHistogram, renderCounter, renderGauge } from './exposition.js';
import type { Observer } from './observation.js';

/** What this process has done since its start, for Prometheus. */
export interface ProcessFigures {
  readonly observe: Observer;
  /** In the text format of Prometheus. */
  render(): string;
}

/** In seconds: from an answer of a quoting model to the longest that is waited for. */
const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 90, 180] as const;

/** Figures in memory: a bounded number of series, whatever happens. */
export function createProcessFigures(): ProcessFigures {
  const answers = createCounter('docent_answers_total', 'Questions by how they ended.');
  const responses = createHistogram('docent_answer_seconds', 'Time from a question to its answer.', SECONDS);
  const stages = createHistogram('docent_stage_seconds', 'Time of each stage of an answer.', SECONDS);
  const tokens = createCounter('docent_model_tokens_total', 'Tokens that language models read and wrote.');
  const votes = createCounter('docent_feedback_total', 'Votes on answers.');
  const ingestions = createCounter('docent_ingestions_total', 'Documents by how reading them ended.');
  const embeddings = createHistogram('docent_embedding_seconds', 'Time of each call of the embedder.', SECONDS);
  const events = createCounter('docent_events_total', 'Events of chat platforms by how they ended.');
  const errors = createCounter('docent_errors_total', 'Errors that people were told, by code.');

  return {
    observe(observation) {
      switch (observation.kind) {
        case 'answer': {
          const { platform, outcome, model, responseTimeMs, inputTokens, outputTokens, ...metric } = observation.metric;
          answers.add({ platform, outcome }, 1);
          responses.add({ outcome }, responseTimeMs / 1_000);
          for (const [stage, { durationMs }] of Object.entries(metric.stages))
            stages.add({ stage }, durationMs / 1_000);
          if (inputTokens > 0) tokens.add({ model, direction: 'input' }, inputTokens);
          if (outputTokens > 0) tokens.add({ model, direction: 'output' }, outputTokens);
          return;
        }
        case 'feedback':
          votes.add({ vote: observation.vote }, 1);
          return;
        case 'ingestion':
          ingestions.add({ outcome: observation.outcome }, 1);
          return;
        case 'embedding': {
          const { of, code, startedAt, endedAt } = observation;
          embeddings.add({ of, outcome: code ?? 'ok' }, (endedAt - startedAt) / 1_000);
          return;
        }
        case 'event': {
          const { platform, outcome, code } = observation;
          events.add({ platform, outcome }, 1);
          if (code !== undefined) errors.add({ code }, 1);
        }
      }
    },
    render: () =>
      [answers, responses, stages, tokens, votes, ingestions, embeddings, events, errors]
        .map((family) => family.render())
        .concat(processFigures())
        .join(''),
  };
}

/** The names that Prometheus' own clients give them. */
function processFigures(): string[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return [
    renderGauge('process_resident_memory_bytes', 'Memory of the process.', [[{}, rss]]),
    renderGauge('nodejs_heap_size_used_bytes', 'Memory of its JavaScript objects.', [[{}, heapUsed]]),
    renderCounter('process_cpu_seconds_total', 'Processor time.', (user + system) / 1e6),
    renderGauge('process_start_time_seconds', 'When it started, in seconds since 1970.', [
      [{}, Math.round(performance.timeOrigin / 1_000)],
    ]),
  ];
}
