// npm run bench:gpu: the same models on the processor and on the graphics card of this machine. See docs/performance.md.
import { launch } from '../launch.mjs';

await launch('gpu/gpu', 'gpu');
