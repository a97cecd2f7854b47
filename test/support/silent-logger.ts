import type { Logger } from '../../src/core/ports/logger.js';

/** A logger that keeps quiet. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
