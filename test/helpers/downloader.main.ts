// A process that installs one model and can be killed at any time: node downloader.js <address> <repository> <folder>
import { hubAt, installFrom, storeAt } from './downloads';

const [address = '', repository = '', root = ''] = process.argv.slice(2);
installFrom(storeAt(root), hubAt(address), repository).then(
	({ folder }) => process.stdout.write(folder),
	(error: unknown) => {
		process.stderr.write(String(error));
		process.exitCode = 1;
	},
);
