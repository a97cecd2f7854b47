/**
 * The time that scripts count with: empty for Redis' own clock, so that all processes agree however their hosts' clocks
 * differ; or milliseconds since 1970, for tests whose time stands still.
 */
export type ScriptTime = () => number | '';

/** Redis' own clock. */
export const serverTime: ScriptTime = () => '';
