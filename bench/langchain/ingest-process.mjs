/**
 * The comparison: LangChain.js's loaders, splitter and Chroma store, as its documentation shows them. In a process of its own,
 * because two versions of pdf.js cannot share one. Takes `{ paths }` to say which files it reads, and
 * `{ paths, collection, servers }` to take them in.
 */
import { readFileSync } from 'node:fs';
import { DocxLoader } from '@langchain/community/document_loaders/fs/docx';
import { PDFLoader } from '@langchain/community/document_loaders/fs/pdf';
import { Document } from '@langchain/core/documents';
import { RecursiveCharacterTextSplitter } from '@langchain/textsplitters';
import { storeOf } from './store.mjs';

/** The text of a file, page by page. @param {string} path */
function loadFile(path) {
  const blob = new Blob([readFileSync(path)]);
  return path.toLowerCase().endsWith('.docx') ? new DocxLoader(blob).load() : new PDFLoader(blob).load();
}

/** @param {readonly string[]} paths */
async function readableOf(paths) {
  const readable = [];
  for (const path of paths)
    try {
      const documents = await loadFile(path);
      if (documents.some(({ pageContent }) => pageContent.trim() !== '')) readable.push(path);
    } catch {
      // Not one that it reads.
    }
  return readable;
}

/** @param {readonly string[]} paths @param {string} collection @param {import('./store.mjs').Servers} servers */
async function ingest(paths, collection, servers) {
  const splitter = new RecursiveCharacterTextSplitter({ chunkSize: 1_000, chunkOverlap: 200 });
  const store = storeOf(servers, collection);
  const startedAtMs = performance.now();
  let chunks = 0;
  for (const path of paths) {
    const split = await splitter.splitDocuments(await loadFile(path));
    // Chroma takes no nested metadata.
    const flat = split.map(({ pageContent }) => new Document({ pageContent, metadata: { source: path } }));
    if (flat.length > 0) await store.addDocuments(flat);
    chunks += flat.length;
  }
  return { chunks, durationMs: performance.now() - startedAtMs };
}

/** @param {any} request */
async function answer({ paths, collection, servers }) {
  const result =
    collection === undefined ? { readable: await readableOf(paths) } : await ingest(paths, collection, servers);
  process.send?.(result);
}

process.on('message', (request) => void answer(request));
