// npm run bench:indexing: how fast questions about the workspace are, and what building their index costs. See docs/performance.md.
import { launch } from './launch.mjs';

await launch('indexing', 'indexing');
