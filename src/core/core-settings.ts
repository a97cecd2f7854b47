import { z } from 'zod';
import { creatorIdSchema } from './ids.js';
import { ENGINE_NAMES, engineVariable } from './profiles.js';
import { ROLES } from './roles.js';
import { setting, settingTypes } from './settings.js';

const engineChoices = Object.fromEntries(
  ENGINE_NAMES.map((engine) => [
    engine,
    setting(settingTypes.optionalText(), {
      env: engineVariable(engine),
      description: `Plugin that provides the ${engine}, in place of the profile's.`,
    }),
  ]),
) as Record<(typeof ENGINE_NAMES)[number], z.ZodOptional<z.ZodString>>;

/** The settings of the core itself; each plugin has its own beside them. */
export const coreSettingsSchema = z.object({
  dataFolder: setting(settingTypes.text('data'), {
    env: 'DOCENT_DATA_FOLDER',
    description: 'Folder for everything Docent keeps on disk; one Docent owns it at a time.',
  }),
  profile: setting(settingTypes.text('embedded'), {
    env: 'DOCENT_PROFILE',
    description: 'Set of engines: `embedded` needs no server; `server` works on Redis, Chroma and Ollama.',
  }),
  role: setting(z.enum(ROLES).default('all'), {
    env: 'DOCENT_ROLE',
    description:
      'What this process does of the work that several share: `all`, or `gateway` (platforms, page, answers), `worker` (documents), `scheduler` (reports).',
  }),
  plugins: setting(settingTypes.optionalText(), {
    env: 'DOCENT_PLUGINS',
    description: 'More plugins, by package name or path, separated by commas.',
  }),
  creator: setting(creatorIdSchema.default(creatorIdSchema.parse('default')), {
    env: 'DOCENT_CREATOR',
    description: 'Creator that the page and the terminal open when nobody names one.',
  }),
  maxUploadMegabytes: setting(settingTypes.integer({ min: 1, max: 200, fallback: 25 }), {
    env: 'DOCENT_MAX_UPLOAD_MEGABYTES',
    description: 'Largest file, in megabytes.',
  }),
  maxPages: setting(settingTypes.integer({ min: 1, max: 20_000, fallback: 2_000 }), {
    env: 'DOCENT_MAX_PAGES',
    description: 'Most pages of one document.',
  }),
  maxCharacters: setting(settingTypes.integer({ min: 1_000, max: 50_000_000, fallback: 5_000_000 }), {
    env: 'DOCENT_MAX_CHARACTERS',
    description: 'Most characters of text in one document.',
  }),
  parseTimeoutSeconds: setting(settingTypes.integer({ min: 1, max: 3_600, fallback: 180 }), {
    env: 'DOCENT_PARSE_TIMEOUT_SECONDS',
    description: 'Longest time for reading one file, in seconds.',
  }),
  answerTimeoutSeconds: setting(settingTypes.integer({ min: 5, max: 1_800, fallback: 180 }), {
    env: 'DOCENT_ANSWER_TIMEOUT_SECONDS',
    description: 'Longest time for one answer, in seconds.',
  }),
  firstTextTimeoutSeconds: setting(settingTypes.integer({ min: 1, max: 280, fallback: 90 }), {
    env: 'DOCENT_FIRST_TEXT_TIMEOUT_SECONDS',
    description:
      'Longest wait for the language model to begin, in seconds, up to 280 because Node ends a request without an answer after 300; then the best passages are quoted.',
  }),
  maxOutputTokens: setting(settingTypes.integer({ min: 50, max: 32_000, fallback: 1_000 }), {
    env: 'DOCENT_MAX_OUTPUT_TOKENS',
    description: 'Longest answer, in tokens of the language model.',
  }),
  maxPassages: setting(settingTypes.integer({ min: 1, max: 20, fallback: 5 }), {
    env: 'DOCENT_MAX_PASSAGES',
    description: 'Most passages an answer is written from.',
  }),
  minCoveragePercent: setting(settingTypes.integer({ min: 0, max: 100, fallback: 60 }), {
    env: 'DOCENT_MIN_COVERAGE_PERCENT',
    description:
      "Share of the question's telling words a passage must hold to answer from it, in percent; meaning counts besides.",
  }),
  questionsPerMinute: setting(settingTypes.integer({ min: 1, max: 10_000, fallback: 20 }), {
    env: 'DOCENT_QUESTIONS_PER_MINUTE',
    description: 'Questions and commands a member may send in a minute.',
  }),
  parallelQuestions: setting(settingTypes.integer({ min: 1, max: 256, fallback: 8 }), {
    env: 'DOCENT_PARALLEL_QUESTIONS',
    description: 'Questions answered at once.',
  }),
  alertAfterSeconds: setting(settingTypes.integer({ min: 1, max: 3_600, fallback: 60 }), {
    env: 'DOCENT_ALERT_AFTER_SECONDS',
    description: 'How long a part must have been broken, or well again, before admin channels are told, in seconds.',
  }),
  endpoints: setting(settingTypes.flag(false), {
    env: 'DOCENT_ENDPOINTS',
    description:
      'Whether a process that serves no page serves `/livez`, `/readyz` and `/metrics` too; one that serves a page always does.',
  }),
  metricsToken: setting(z.string().min(16, 'use at least 16 characters').optional(), {
    env: 'DOCENT_METRICS_TOKEN',
    description:
      'What `/metrics` asks for as a bearer token, at least 16 characters. Unset: only this machine reads it, where the server listens on 127.0.0.1.',
    secret: true,
  }),
  ...engineChoices,
});

/** The core's settings, read and checked. */
export type CoreSettings = z.infer<typeof coreSettingsSchema>;
