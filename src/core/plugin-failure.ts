import { DocentError } from './errors.js';

/**
 * What a plugin threw while it was built or started; where it does not explain itself, the plugin is named, because whoever
 * starts Docent knows it by its name alone.
 */
export function pluginFailure(plugin: string, error: unknown): DocentError {
  if (error instanceof DocentError) return error;
  const problem = error instanceof Error ? error.message : String(error);
  return new DocentError('INTERNAL', {
    userMessage: `The plugin "${plugin}" cannot start: ${problem}. Set it right, or leave it out.`,
    cause: error,
  });
}
