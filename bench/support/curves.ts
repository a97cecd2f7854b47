import { fileURLToPath } from 'node:url';
import { GlobalFonts, createCanvas } from '@napi-rs/canvas';
import { Chart, registerables } from 'chart.js';

/** A picture of some curves. */
export interface CurvesPicture {
  readonly title: string;
  /** What the axes show. */
  readonly across: string;
  readonly up: string;
  /** Both axes. Default false. */
  readonly isLogarithmic?: boolean;
  readonly curves: readonly { readonly name: string; readonly points: readonly { x: number; y: number }[] }[];
}

const WIDTH = 960;
const HEIGHT = 540;
const COLOURS = ['#1f77b4', '#d62728', '#2ca02c', '#9467bd', '#ff7f0e', '#17becf'];

/** A machine without fonts would draw no text. */
const FONT_FAMILY = 'DejaVu Sans';

/** Draws curves as a PNG. */
export async function drawCurves({ title, across, up, isLogarithmic = false, curves }: CurvesPicture): Promise<Buffer> {
  GlobalFonts.registerFromPath(fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')), FONT_FAMILY);
  Chart.register(...registerables);
  Chart.defaults.font.family = FONT_FAMILY;
  const canvas = createCanvas(WIDTH, HEIGHT);
  const pen = canvas.getContext('2d');
  const type = isLogarithmic ? 'logarithmic' : 'linear';
  const chart = new Chart(canvas, {
    type: 'line',
    data: {
      datasets: curves.map(({ name, points }, index) => ({
        label: name,
        data: [...points],
        borderColor: COLOURS[index % COLOURS.length] ?? '#000000',
        pointRadius: points.length > 20 ? 0 : 3,
      })),
    },
    options: {
      animation: false,
      responsive: false,
      plugins: { title: { display: true, text: title, font: { size: 18 } } },
      scales: {
        x: { type, title: { display: true, text: across } },
        y: { type, title: { display: true, text: up } },
      },
    },
    plugins: [
      {
        id: 'white-background',
        beforeDraw() {
          pen.fillStyle = '#ffffff';
          pen.fillRect(0, 0, WIDTH, HEIGHT);
        },
      },
    ],
  });
  const png = await canvas.encode('png');
  // Not before: it clears the canvas.
  chart.destroy();
  return png;
}
