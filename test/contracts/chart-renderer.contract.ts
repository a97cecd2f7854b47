import { describe, expect, it } from 'vitest';
import type { Chart, ChartRenderer } from '../../src/core/ports/chart-renderer.js';

const PNG_SIGNATURE = '89504e470d0a1a0a';
/** What a message's picture may hold. */
const MAX_BYTES = 2_000_000;

/** A week of questions with the times of half and of 95 of 100 answers. */
export function makeChart(questions: readonly number[], times: readonly (number | null)[]): Chart {
  return {
    title: 'Questions and response times',
    labels: questions.map((_, index) => `Day ${index + 1}`),
    bars: { name: 'Questions', values: questions },
    lines: [
      { name: 'Half within', values: times },
      { name: '95 of 100 within', values: times.map((time) => (time === null ? null : 3 * time)) },
    ],
    emptyText: 'Nobody asked anything.',
  };
}

/** What every chart renderer promises. */
export function describeChartRendererContract(name: string, createRenderer: () => ChartRenderer): void {
  describe(`ChartRenderer contract: ${name}`, () => {
    it.each([
      ['a usual week', makeChart([12, 30, 0, 41, 3, 8, 28], [800, 900, null, 1_200, 700, 650, 880])],
      ['a week without questions', makeChart([0, 0, 0, 0, 0, 0, 0], [null, null, null, null, null, null, null])],
      ['one question', makeChart([0, 0, 0, 1, 0, 0, 0], [null, null, null, 140, null, null, null])],
      ['millions of questions', makeChart([1_000_000, 2_400_000, 900_000], [400, 90_000, 6_000_000])],
      ['a single day', makeChart([5], [500])],
      ['sixty days', makeChart(Array(60).fill(7) as number[], Array(60).fill(300) as number[])],
    ])('draws %s as a PNG of 960 × 640 pixels that fits into a message', async (_what, chart) => {
      const png = Buffer.from(await createRenderer().render(chart));
      expect(png.subarray(0, 8).toString('hex')).toBe(PNG_SIGNATURE);
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([960, 640]);
      expect(png.byteLength).toBeLessThan(MAX_BYTES);
    });

    it('draws other figures as another picture, and the same ones as the same', async () => {
      const renderer = createRenderer();
      const draw = async (questions: number) =>
        Buffer.from(await renderer.render(makeChart([questions, 4], [500, 500]))).toString('base64');
      expect(await draw(3)).not.toBe(await draw(2));
      expect(await draw(3)).toBe(await draw(3));
    });
  });
}
