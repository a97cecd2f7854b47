/** Pixels of a picture: at the width of a phone its text is still 9 pixels high. */
export const WIDTH = 960;
/** See `WIDTH`. */
export const HEIGHT = 640;
/** Height of the small text in pixels. */
export const LABEL_PIXELS = 22;
/** Height of the title in pixels. */
export const TITLE_PIXELS = 30;
/** The name under which the bundled font is known to the canvas. */
export const FONT_FAMILY = 'DocentSans';

/** Colour behind everything. */
export const GROUND = '#ffffff';
/** Colour of the title and the values. */
export const INK = '#1d2420';
/** Colour of what explains. */
export const INK_SOFT = '#56605a';
/** Colour of lines behind the data. */
export const GRID = '#e4e8e5';
/** Colour of the bars. */
export const BAR = '#a8cfc0';
/** Colours of the lines; they can be told apart without seeing red and green, and by their dashes. */
export const LINES = ['#1f4e8c', '#b4511c', '#5c4b8a'] as const;
/** Dashes of the lines, in pixels. */
export const DASHES = [[], [14, 7], [4, 6]] as const;
