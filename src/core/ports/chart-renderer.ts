/** A chart of bars and of lines over the same places, such as days; each kind has an axis of its own. */
export interface Chart {
  readonly title: string;
  /** What the places are called, in order; at most 60. */
  readonly labels: readonly string[];
  /** Counts, one a label. */
  readonly bars: { readonly name: string; readonly values: readonly number[] };
  /** Durations in milliseconds, one a label; null where there is nothing to show. At most 3 lines. */
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** Shown in the middle when every bar is 0. */
  readonly emptyText: string;
}

/** Draws charts, on any machine the same: also where no font is installed. */
export interface ChartRenderer {
  /**
   * The chart as a PNG of 960 × 640 pixels on a light ground.
   * @throws DocentError `ENGINE_UNAVAILABLE` when it cannot be drawn on this machine.
   */
  render(chart: Chart): Promise<Uint8Array>;
}
