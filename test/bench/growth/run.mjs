// npm run bench:growth: what grows with the context, the model, the file and the open windows? See docs/performance.md.
import { launch } from '../launch.mjs';

await launch('growth/growth', 'growth');
