// npm run bench: how fast. See docs/performance.md.
import { launch } from './launch.mjs';

await launch('bench', 'bench');
