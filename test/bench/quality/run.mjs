// npm run bench:quality: how good. See docs/quality.md.
import { launch } from '../launch.mjs';

await launch('quality/quality', 'quality');
