// npm run fit:ngrams and npm run bench:ngrams; see docs/performance.md.
import { launch } from '../launch.mjs';

await launch('ngrams/main', 'run');
