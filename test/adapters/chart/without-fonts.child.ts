import { GlobalFonts } from '@napi-rs/canvas';
import { createChartRenderer } from '../../../src/adapters/chart/chart-renderer.js';
import { makeChart } from '../../contracts/chart-renderer.contract.js';

/** Started with `DISABLE_SYSTEM_FONTS_LOAD=1`: tells which fonts the machine has, and the picture of a chart, in base64. */
const installedFonts = GlobalFonts.families.length;
const png = await createChartRenderer().render(makeChart([0, 0], [null, null]));
process.stdout.write(JSON.stringify({ installedFonts, png: Buffer.from(png).toString('base64') }));
