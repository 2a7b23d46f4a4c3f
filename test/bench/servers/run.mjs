// npm run bench:servers: do completions wait for chats, and does the host stutter? See docs/performance.md.
import { launch } from '../launch.mjs';

await launch('servers/main', 'run');
