import { type Trim } from './trim';

/** Keeps a single line where only a single line was asked for. */
export const keepOneLine: Trim = (text, { mode }) => (mode === 'line' ? text.split('\n', 1)[0]! : text);
