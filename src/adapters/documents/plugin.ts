import { definePlugin } from '../../core/plugin.js';

/** The formats Docent reads by itself. The order only decides between parsers that are equally sure. */
export default definePlugin({
  name: 'documents',
  description: 'Reads PDF, Word, Markdown, HTML, CSV and plain text.',
  parsers: [
    { name: 'pdf', label: 'PDF', extensions: ['.pdf'], module: new URL('./pdf.js', import.meta.url) },
    { name: 'docx', label: 'Word (.docx)', extensions: ['.docx'], module: new URL('./docx.js', import.meta.url) },
    {
      name: 'markdown',
      label: 'Markdown',
      extensions: ['.md', '.markdown'],
      module: new URL('./markdown.js', import.meta.url),
    },
    { name: 'html', label: 'HTML', extensions: ['.html', '.htm'], module: new URL('./html.js', import.meta.url) },
    { name: 'csv', label: 'CSV', extensions: ['.csv', '.tsv'], module: new URL('./csv.js', import.meta.url) },
    {
      name: 'plain-text',
      label: 'plain text',
      extensions: ['.txt'],
      module: new URL('./plain-text.js', import.meta.url),
    },
  ],
});
