import { fileURLToPath } from 'node:url';
import { GlobalFonts, type SKRSContext2D, createCanvas } from '@napi-rs/canvas';
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart as ChartJs,
  type ChartConfiguration,
  Legend,
  LineController,
  LineElement,
  LinearScale,
  type Plugin,
  PointElement,
  Title,
} from 'chart.js';
import type { Chart } from '../../core/ports/chart-renderer.js';
import { configure } from './configuration.js';
import { FONT_FAMILY, GROUND, HEIGHT, INK_SOFT, LABEL_PIXELS, WIDTH } from './look.js';

ChartJs.register(
  BarController,
  BarElement,
  CategoryScale,
  Legend,
  LineController,
  LineElement,
  LinearScale,
  PointElement,
  Title,
);

/** A machine without fonts draws no text, and says nothing about it: so the font comes along. */
const fonts = [
  import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
];
for (const font of fonts)
  if (GlobalFonts.registerFromPath(fileURLToPath(font), FONT_FAMILY) === null)
    throw new Error(`the font ${font} cannot be read`);

/** The chart as a PNG. @throws Error when the canvas fails. */
export async function draw(chart: Chart): Promise<Uint8Array> {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  const isEmpty = chart.bars.values.every((value) => value === 0);
  const drawn = new ChartJs(canvas, {
    ...(configure(chart) as ChartConfiguration),
    plugins: [ground(context), ...(isEmpty ? [textInTheMiddle(context, chart.emptyText)] : [])],
  });
  try {
    return await canvas.encode('png');
  } finally {
    // Not before: it clears the canvas.
    drawn.destroy();
  }
}

function ground(context: SKRSContext2D): Plugin {
  return {
    id: 'ground',
    beforeDraw() {
      context.fillStyle = GROUND;
      context.fillRect(0, 0, WIDTH, HEIGHT);
    },
  };
}

function textInTheMiddle(context: SKRSContext2D, text: string): Plugin {
  return {
    id: 'text',
    afterDraw({ chartArea: { left, right, top, bottom } }) {
      context.fillStyle = INK_SOFT;
      context.font = `${LABEL_PIXELS}px ${FONT_FAMILY}`;
      context.textAlign = 'center';
      context.fillText(text, (left + right) / 2, (top + bottom) / 2);
    },
  };
}
