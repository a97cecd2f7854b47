import { DocentError } from '../../core/errors.js';
import type { ChartRenderer } from '../../core/ports/chart-renderer.js';
import type { draw } from './draw.js';

type Draw = typeof draw;

/** A renderer on chart.js and a canvas that needs no display. Both are loaded with the first chart, so that a start is not slower for them. */
export function createChartRenderer(
  load: () => Promise<Draw> = async () => (await import('./draw.js')).draw,
): ChartRenderer {
  return {
    async render(chart) {
      try {
        const drawLoaded = await load();
        return await drawLoaded(chart);
      } catch (cause) {
        throw new DocentError('ENGINE_UNAVAILABLE', {
          userMessage:
            'The chart cannot be drawn on this machine. Install Docent again there with "npm ci", so that the canvas fits it.',
          cause,
        });
      }
    },
  };
}
