import { type FromTokenCounter } from '../../protocol';
import { parentChannel } from '../parentChannel';
import { serveTokenCounts } from './serveTokenCounts';

/** The process that counts tokens of OpenAI's vocabularies: started with `fork`, ends with its parent. */
function main(): void {
	process.title = 'inkling-tokens';
	process.on('disconnect', () => process.exit(0));
	serveTokenCounts(parentChannel<FromTokenCounter>());
}

main();
