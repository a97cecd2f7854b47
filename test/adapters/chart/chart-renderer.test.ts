import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createChartRenderer } from '../../../src/adapters/chart/chart-renderer.js';
import { describeChartRendererContract, makeChart } from '../../contracts/chart-renderer.contract.js';

const run = promisify(execFile);
const childSchema = z.object({ installedFonts: z.number(), png: z.base64() });

/** Where in the picture something stands. */
interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
const TITLE: Area = { left: 20, top: 12, width: 600, height: 40 };
const MIDDLE: Area = { left: 250, top: 250, width: 500, height: 200 };
const FIRST_BAR: Area = { left: 110, top: 160, width: 200, height: 380 };

/** How many pixels of an area are dark, as text is. */
async function ink(png: Buffer, { left, top, width, height }: Area): Promise<number> {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(left, top, width, height);
  let dark = 0;
  for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 130) dark += 1;
  return dark;
}

describeChartRendererContract('chart.js', createChartRenderer);

describe('a chart', () => {
  it('shows its title and its words on a machine without any font', async () => {
    const child = fileURLToPath(new URL('./without-fonts.child.js', import.meta.url));
    const env = { ...process.env, DISABLE_SYSTEM_FONTS_LOAD: '1' };
    const { stdout } = await run(process.execPath, [child], { env, maxBuffer: 5_000_000 });
    const { installedFonts, png } = childSchema.parse(JSON.parse(stdout));
    expect(installedFonts).toBe(0);
    const picture = Buffer.from(png, 'base64');
    expect(await ink(picture, TITLE)).toBeGreaterThan(1_000);
    expect(await ink(picture, MIDDLE)).toBeGreaterThan(300);
  });

  it('says nothing in the middle when there is something to see', async () => {
    const png = Buffer.from(await createChartRenderer().render(makeChart([1, 0, 1], [null, null, null])));
    expect(await ink(png, MIDDLE)).toBe(0);
  });

  it('leaves a gap where there was no time to measure', async () => {
    const renderer = createChartRenderer();
    const draw = async (times: (number | null)[]) => Buffer.from(await renderer.render(makeChart([4, 4, 4], times)));
    expect(await ink(await draw([null, 900, 900]), FIRST_BAR)).toBe(0);
    expect(await ink(await draw([900, 900, 900]), FIRST_BAR)).toBeGreaterThan(100);
  });

  it('says what to do where it cannot be drawn', async () => {
    const broken = createChartRenderer(() => Promise.reject(new Error('the binary is for another machine')));
    await expect(broken.render(makeChart([1], [1]))).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      userMessage: expect.stringContaining('npm ci') as string,
    });
  });
});
